# The compiler that everything for the guest is built with: the host's gcc 12 driven as i486-linux-musl, over musl and
# a libgcc made here. Debian's own 32-bit libgcc and crt files hold CMOV, SSE and ENDBR32, so none of them is used.
musl_version=1.2.3-1
musl_dsc=243a7462e9c751da662c4c61d4c96b6318c796ba302b72f6cdf74ea5427a9b4f
musl_orig=7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4
gcc_source_version=12.2.0-14+deb12u1
gcc_source_sha=8f2a5411028dfe216aeb6346b926df0cc7471f375c6a375bf180fbf279af02a1
headers_version=6.1.176-1
headers_sha=94b68e46c4df2da33b443c0f1f3ec74691e71ff54b053f0a6198d7b62d159c5e
headers_series=6.1.
