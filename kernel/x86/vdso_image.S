/* vdso_image.S - the linked vDSO as data. */
	.section .vdso, "a"
	.incbin	VDSO_IMAGE
	.section .note.GNU-stack, "", @progbits
