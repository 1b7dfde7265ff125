/* Classes and makers; see pci_names.h. */
#include "pci_names.h"

struct name {
	u16 number;
	const char *text;
};

static const struct name classes[] = {
	{ 0x0000, "device without a class" },
	{ 0x0001, "display of before there were classes" },
	{ 0x0100, "SCSI controller" },
	{ 0x0101, "IDE controller" },
	{ 0x0102, "floppy controller" },
	{ 0x0104, "RAID controller" },
	{ 0x0105, "ATA controller" },
	{ 0x0106, "SATA controller" },
	{ 0x0107, "SAS controller" },
	{ 0x0108, "NVMe controller" },
	{ 0x0180, "storage controller" },
	{ 0x0200, "Ethernet" },
	{ 0x0201, "token ring" },
	{ 0x0203, "ATM" },
	{ 0x0280, "network" },
	{ 0x0300, "VGA" },
	{ 0x0301, "XGA" },
	{ 0x0302, "3D" },
	{ 0x0380, "display" },
	{ 0x0400, "video" },
	{ 0x0401, "audio" },
	{ 0x0403, "HD audio" },
	{ 0x0480, "multimedia" },
	{ 0x0500, "memory" },
	{ 0x0600, "host bridge" },
	{ 0x0601, "ISA bridge" },
	{ 0x0602, "EISA bridge" },
	{ 0x0604, "PCI bridge" },
	{ 0x0605, "PCMCIA bridge" },
	{ 0x0607, "CardBus bridge" },
	{ 0x0680, "bridge" },
	{ 0x0700, "serial port" },
	{ 0x0701, "parallel port" },
	{ 0x0703, "modem" },
	{ 0x0780, "communication" },
	{ 0x0800, "interrupt controller" },
	{ 0x0801, "DMA controller" },
	{ 0x0802, "timer" },
	{ 0x0803, "clock" },
	{ 0x0805, "SD card host" },
	{ 0x0880, "system device" },
	{ 0x0980, "input device" },
	{ 0x0904, "game port" },
	{ 0x0C00, "FireWire" },
	{ 0x0C03, "USB" },
	{ 0x0C05, "SMBus" },
};

/* By the upper byte, where the lower says nothing. */
static const char *const bases[] = {
	"device without a class",
	"storage controller",
	"network",
	"display",
	"multimedia",
	"memory",
	"bridge",
	"communication",
	"system device",
	"input device",
	"docking station",
	"processor",
	"serial bus",
	"wireless",
};

static const struct name vendors[] = {
	{ 0x1000, "LSI/NCR" },	  { 0x1002, "ATI" },	    { 0x1004, "VLSI" },
	{ 0x1005, "Avance" },	  { 0x100B, "National" },   { 0x100C, "Tseng" },
	{ 0x100E, "Weitek" },	  { 0x1011, "DEC" },	    { 0x1013, "Cirrus" },
	{ 0x1014, "IBM" },	  { 0x101A, "NCR" },	    { 0x101E, "AMI" },
	{ 0x1022, "AMD" },	  { 0x1023, "Trident" },    { 0x1025, "Acer" },
	{ 0x1028, "Dell" },	  { 0x102B, "Matrox" },	    { 0x102C, "Chips" },
	{ 0x1033, "NEC" },	  { 0x1039, "SiS" },	    { 0x103C, "HP" },
	{ 0x1042, "PC-Tech" },	  { 0x1044, "DPT" },	    { 0x1045, "OPTi" },
	{ 0x104A, "ST" },	  { 0x104B, "BusLogic" },   { 0x104C, "TI" },
	{ 0x1050, "Winbond" },	  { 0x105A, "Promise" },    { 0x105D, "Number Nine" },
	{ 0x1060, "UMC" },	  { 0x1066, "Pico Power" }, { 0x1073, "Yamaha" },
	{ 0x1077, "QLogic" },	  { 0x1078, "Cyrix" },	    { 0x1080, "Contaq" },
	{ 0x1095, "CMD" },	  { 0x1098, "Vision" },	    { 0x10A8, "Sierra" },
	{ 0x10B7, "3Com" },	  { 0x10B8, "SMC" },	    { 0x10B9, "ALi" },
	{ 0x10C8, "NeoMagic" },	  { 0x10DE, "NVIDIA" },	    { 0x10E0, "IMS" },
	{ 0x10EC, "Realtek" },	  { 0x1102, "Creative" },   { 0x1103, "HighPoint" },
	{ 0x1106, "VIA" },	  { 0x1107, "VIA" },	    { 0x110A, "Siemens" },
	{ 0x1119, "ICP" },	  { 0x1142, "Alliance" },   { 0x1166, "ServerWorks" },
	{ 0x1180, "Ricoh" },	  { 0x1186, "D-Link" },	    { 0x1191, "Artop" },
	{ 0x11AD, "Lite-On" },	  { 0x1217, "O2 Micro" },   { 0x121A, "3dfx" },
	{ 0x1234, "Bochs" },	  { 0x1274, "Ensoniq" },    { 0x1282, "Davicom" },
	{ 0x12B9, "USR" },	  { 0x1317, "ADMtek" },	    { 0x13D7, "Toshiba" },
	{ 0x14E4, "Broadcom" },	  { 0x14F1, "Conexant" },   { 0x15AD, "VMware" },
	{ 0x1AF4, "virtio" },	  { 0x1B36, "Red Hat" },    { 0x1B4B, "Marvell" },
	{ 0x5333, "S3" },	  { 0x5349, "Auravision" }, { 0x8086, "Intel" },
	{ 0x80EE, "VirtualBox" }, { 0x8E0E, "Computone" },  { 0x9004, "Adaptec" },
	{ 0x9005, "Adaptec" },	  { 0x0E11, "Compaq" },	    { 0x11AB, "Marvell" },
	{ 0xEDD8, "ARK" },	  { 0x1050, "Winbond" },    { 0x10BD, "Surecom" },
};

static const char *find(const struct name *names, size_t n, u16 number)
{
	for (size_t i = 0; i < n; i++)
		if (names[i].number == number)
			return names[i].text;
	return NULL;
}

const char *pci_class_name(u16 class)
{
	const char *text = find(classes, ARRAY_SIZE(classes), class);

	if (text)
		return text;
	return class >> 8 < ARRAY_SIZE(bases) ? bases[class >> 8] : "device of an unknown class";
}

const char *pci_vendor_name(u16 vendor)
{
	return find(vendors, ARRAY_SIZE(vendors), vendor);
}
