/* The grammar: what each call's arguments are. A call without a row gets six words of anything.
 * f descriptor, p pointer to a buffer or struct, s path, n count or length, i small number, g
 * flags, m mapped address, l page-multiple length, o offset, t time struct, S signal, P pid, M
 * mode, A AT_FDCWD or a directory, v iovec, e epoll event, a socket address, w any word, c clock, q
 * ioctl request, x futex word, u user or group id, z pointer or NULL. */
#include "sysfuzz.h"
#include <sys/syscall.h>

const struct call calls[] = {
	{ 3, "fpn" },	   { 4, "fpn" },      { 5, "sgM" },	 { 6, "f" },
	{ 7, "Pzg" },	   { 8, "sM" },	      { 9, "ss" },	 { 10, "s" },
	{ 11, "szz" },	   { 12, "s" },	      { 13, "z" },	 { 14, "sMw" },
	{ 15, "sM" },	   { 16, "suu" },     { 18, "sp" },	 { 19, "foi" },
	{ 21, "sssgz" },   { 22, "s" },	      { 23, "u" },	 { 25, "p" },
	{ 26, "iPww" },	   { 27, "i" },	      { 28, "fp" },	 { 30, "sz" },
	{ 33, "si" },	   { 34, "i" },	      { 36, "" },	 { 37, "PS" },
	{ 38, "ss" },	   { 39, "sM" },      { 40, "s" },	 { 41, "f" },
	{ 42, "p" },	   { 43, "p" },	      { 45, "m" },	 { 46, "u" },
	{ 48, "Sw" },	   { 52, "sg" },      { 54, "fqp" },	 { 55, "fip" },
	{ 57, "PP" },	   { 59, "p" },	      { 60, "M" },	 { 61, "s" },
	{ 62, "ip" },	   { 63, "ff" },      { 67, "Szz" },	 { 68, "" },
	{ 69, "w" },	   { 70, "uu" },      { 71, "uu" },	 { 72, "wwp" },
	{ 73, "p" },	   { 74, "pn" },      { 75, "ip" },	 { 76, "ip" },
	{ 77, "ip" },	   { 78, "zz" },      { 80, "np" },	 { 81, "np" },
	{ 82, "p" },	   { 83, "ss" },      { 84, "sp" },	 { 85, "spn" },
	{ 86, "s" },	   { 89, "fpi" },     { 90, "p" },	 { 91, "ml" },
	{ 92, "so" },	   { 93, "fo" },      { 94, "fM" },	 { 95, "fuu" },
	{ 96, "iP" },	   { 97, "iPi" },     { 99, "sp" },	 { 100, "fp" },
	{ 101, "wni" },	   { 102, "ip" },     { 103, "ipn" },	 { 104, "itz" },
	{ 105, "ip" },	   { 106, "sp" },     { 107, "sp" },	 { 108, "fp" },
	{ 109, "p" },	   { 110, "i" },      { 114, "Pzgz" },	 { 116, "p" },
	{ 117, "iiiipw" }, { 118, "f" },      { 120, "gzzzz" },	 { 121, "pn" },
	{ 122, "p" },	   { 123, "ipn" },    { 124, "p" },	 { 125, "mlg" },
	{ 126, "izz" },	   { 131, "isip" },   { 132, "P" },	 { 133, "f" },
	{ 135, "iww" },	   { 136, "w" },      { 138, "u" },	 { 140, "foopi" },
	{ 141, "fpn" },	   { 142, "izzzt" },  { 143, "fi" },	 { 144, "mlg" },
	{ 145, "fvi" },	   { 146, "fvi" },    { 147, "P" },	 { 148, "f" },
	{ 150, "ml" },	   { 151, "ml" },     { 152, "g" },	 { 153, "" },
	{ 154, "Pp" },	   { 155, "Pp" },     { 156, "Pip" },	 { 157, "P" },
	{ 158, "" },	   { 159, "i" },      { 160, "i" },	 { 161, "Pp" },
	{ 162, "tz" },	   { 163, "mllgm" },  { 168, "pit" },	 { 172, "iwwww" },
	{ 174, "Szzi" },   { 175, "izzi" },   { 176, "pi" },	 { 177, "pzti" },
	{ 178, "PSp" },	   { 179, "pi" },     { 180, "fpnoo" },	 { 181, "fpnoo" },
	{ 182, "suu" },	   { 183, "pn" },     { 184, "pp" },	 { 185, "pp" },
	{ 186, "zz" },	   { 187, "ffzn" },   { 191, "ip" },	 { 192, "mlggfo" },
	{ 193, "soo" },	   { 194, "foo" },    { 195, "sp" },	 { 196, "sp" },
	{ 197, "fp" },	   { 198, "suu" },    { 203, "uu" },	 { 204, "uu" },
	{ 205, "np" },	   { 206, "np" },     { 207, "fuu" },	 { 208, "uuu" },
	{ 209, "ppp" },	   { 210, "uuu" },    { 211, "ppp" },	 { 212, "suu" },
	{ 213, "u" },	   { 214, "u" },      { 217, "ss" },	 { 218, "mlp" },
	{ 219, "mli" },	   { 220, "fpn" },    { 221, "fip" },	 { 225, "foon" },
	{ 226, "sspng" },  { 229, "sspn" },   { 232, "spn" },	 { 235, "ss" },
	{ 238, "PS" },	   { 239, "ffzn" },   { 240, "xiwtxw" }, { 241, "Pnp" },
	{ 242, "Pnp" },	   { 243, "p" },      { 244, "p" },	 { 245, "ip" },
	{ 250, "fooni" },  { 254, "i" },      { 255, "fife" },	 { 256, "fein" },
	{ 257, "mlgog" },  { 258, "p" },      { 259, "czp" },	 { 260, "igtz" },
	{ 261, "ip" },	   { 262, "i" },      { 263, "i" },	 { 264, "ct" },
	{ 265, "cp" },	   { 266, "cz" },     { 267, "cgtz" },	 { 268, "snp" },
	{ 269, "fnp" },	   { 270, "PPS" },    { 271, "sz" },	 { 272, "foooi" },
	{ 284, "iPpgz" },  { 290, "Pi" },     { 291, "" },	 { 292, "fsg" },
	{ 293, "fi" },	   { 295, "AsgM" },   { 296, "AsM" },	 { 297, "AsMw" },
	{ 298, "Asuug" },  { 299, "Asz" },    { 300, "Aspg" },	 { 301, "Asg" },
	{ 302, "AsAs" },   { 303, "AsAsg" },  { 304, "sAs" },	 { 305, "Aspn" },
	{ 306, "AsM" },	   { 307, "Asi" },    { 308, "izzztp" }, { 309, "pitpi" },
	{ 310, "g" },	   { 311, "pi" },     { 312, "Ppp" },	 { 313, "fzfzng" },
	{ 314, "foong" },  { 315, "ffng" },   { 316, "fvng" },	 { 318, "ppz" },
	{ 319, "feinpi" }, { 320, "Aszg" },   { 321, "fpi" },	 { 322, "cg" },
	{ 323, "i" },	   { 324, "fioo" },   { 325, "fgtz" },	 { 326, "fp" },
	{ 327, "fpig" },   { 328, "ig" },     { 329, "g" },	 { 330, "ffg" },
	{ 331, "pg" },	   { 332, "g" },      { 333, "fvioo" },	 { 334, "fvioo" },
	{ 335, "PPSp" },   { 337, "fpngt" },  { 338, "gg" },	 { 340, "Pizz" },
	{ 341, "Aspzg" },  { 344, "f" },      { 345, "fpng" },	 { 346, "fi" },
	{ 347, "Pvivii" }, { 348, "Pvivii" }, { 349, "PPiww" },	 { 351, "Ppig" },
	{ 352, "Ppg" },	   { 353, "AsAsg" },  { 354, "igp" },	 { 355, "png" },
	{ 356, "sg" },	   { 358, "Aszzg" },  { 359, "iii" },	 { 360, "iiip" },
	{ 361, "fan" },	   { 362, "fan" },    { 363, "fi" },	 { 364, "fapg" },
	{ 365, "fiipp" },  { 366, "fiipn" },  { 367, "fap" },	 { 368, "fap" },
	{ 369, "fpngan" }, { 370, "fpg" },    { 371, "fpngap" }, { 372, "fpg" },
	{ 373, "fi" },	   { 374, "g" },      { 375, "ig" },	 { 376, "mlg" },
	{ 377, "fzfzng" }, { 378, "fviooi" }, { 379, "fviooi" }, { 380, "mlgi" },
	{ 383, "Asggp" },  { 384, "iw" },     { 386, "pnig" },	 { 403, "cp" },
	{ 404, "ct" },	   { 405, "cp" },     { 406, "cz" },	 { 407, "cgtz" },
	{ 408, "ip" },	   { 409, "igtz" },   { 410, "fp" },	 { 411, "fgtz" },
	{ 412, "Aszg" },   { 413, "izzztp" }, { 414, "pitpi" },	 { 416, "ipppp" },
	{ 417, "fpngt" },  { 421, "pzti" },   { 422, "xiwtxw" }, { 423, "Pp" },
	{ 424, "fSzg" },   { 434, "Pg" },     { 435, "pn" },	 { 436, "ffg" },
	{ 437, "Aspn" },   { 438, "ffg" },    { 439, "Asig" },	 { 440, "fvnig" },
	{ 441, "feintp" }, { 449, "pigtc" },
};
const int call_count = sizeof(calls) / sizeof(calls[0]);

const struct call *call_find(int nr)
{
	for (int i = 0; i < call_count; i++) {
		if (calls[i].nr == nr)
			return &calls[i];
	}
	return NULL;
}

/* Ends the run rather than tests it: the machine, our own process, calls that wait for ever with no
 * way out. fork, vfork, clone and clone3 are made by main.c with arguments that make sense. */
int call_skipped(int nr)
{
	static const short skipped[] = { 1, 2, 29, 88, 111, 119, 120, 173, 190, 252, 283, 435 };

	for (unsigned i = 0; i < sizeof(skipped) / sizeof(skipped[0]); i++) {
		if (skipped[i] == nr)
			return 1;
	}
	return 0;
}
