/*
 * pci_router.c - interrupt routers: one row a chip, one method for each way they are programmed.
 *
 * Where a register stands, how links are numbered, and in what code it holds a line differs; the
 * methods say that. Sources: the data sheets named in the rows; where there is none, Linux's
 * arch/x86/pci/irq.c, as hardware-notes 3.3 sums it up.
 */
#include "pci_router.h"
#include "pci_reg.h"

#define LINES	   16u
#define NO_NIBBLE  0xffu
#define CONFIG_END 0x40u /* links below are numbers, from here on registers */

/* Chips beside PCI: an index and a data port; a key in a lock register opens the others. */
#define PC_INDEX 0x22
#define PC_DATA	 0x23
#define SW_INDEX 0xC00 /* ServerWorks */
#define SW_DATA	 0xC01
#define PP_INDEX 0x24 /* PicoPower */
#define PP_DATA	 0x26

/* How the registers are reached. */
struct space {
	u8 (*read)(const struct pci_router *r, u8 reg);
	void (*write)(const struct pci_router *r, u8 reg, u8 value);
};

struct method {
	const struct space *space;
	u8 base;	       /* the first register; 0: links are registers */
	u8 off, keep;	       /* byte registers: bits that mean "led nowhere"; others' bits */
	u8 (*nibble)(u8 link); /* which nibble from base on, NO_NIBBLE: no such link; NULL: bytes */
	const u8 *lines;       /* code -> line; NULL: the line itself */
};

struct router_row {
	u16 vendor, device;
	const struct method *method;
	const char *name;
};

/* ---- spaces ---- */

static u8 config_read(const struct pci_router *r, u8 reg)
{
	return pci_read8(r->dev, reg);
}

static void config_write(const struct pci_router *r, u8 reg, u8 value)
{
	pci_write8(r->dev, reg, value);
}

static u8 indexed_read(const struct pci_router *r, u8 reg, u8 lock, u8 key)
{
	u8 value;

	hw_out8(r->hw, PC_INDEX, lock);
	hw_out8(r->hw, PC_DATA, key);
	hw_out8(r->hw, PC_INDEX, reg);
	value = hw_in8(r->hw, PC_DATA);
	hw_out8(r->hw, PC_INDEX, lock);
	hw_out8(r->hw, PC_DATA, 0);
	return value;
}

static void indexed_write(const struct pci_router *r, u8 reg, u8 value, u8 lock, u8 key)
{
	hw_out8(r->hw, PC_INDEX, lock);
	hw_out8(r->hw, PC_DATA, key);
	hw_out8(r->hw, PC_INDEX, reg);
	hw_out8(r->hw, PC_DATA, value);
	hw_out8(r->hw, PC_INDEX, lock);
	hw_out8(r->hw, PC_DATA, 0);
}

static u8 esc_read(const struct pci_router *r, u8 reg)
{
	return indexed_read(r, reg, 0x02, 0x0f);
}

static void esc_write(const struct pci_router *r, u8 reg, u8 value)
{
	indexed_write(r, reg, value, 0x02, 0x0f);
}

static u8 finali_read(const struct pci_router *r, u8 reg)
{
	return indexed_read(r, reg, 0x03, 0xc5);
}

static void finali_write(const struct pci_router *r, u8 reg, u8 value)
{
	indexed_write(r, reg, value, 0x03, 0xc5);
}

static u8 serverworks_read(const struct pci_router *r, u8 reg)
{
	hw_out8(r->hw, SW_INDEX, reg);
	return hw_in8(r->hw, SW_DATA);
}

static void serverworks_write(const struct pci_router *r, u8 reg, u8 value)
{
	hw_out8(r->hw, SW_INDEX, reg);
	hw_out8(r->hw, SW_DATA, value);
}

static u8 pico_read(const struct pci_router *r, u8 reg)
{
	hw_out8(r->hw, PP_INDEX, reg);
	return hw_in8(r->hw, PP_DATA);
}

static void pico_write(const struct pci_router *r, u8 reg, u8 value)
{
	hw_out8(r->hw, PP_INDEX, reg);
	hw_out8(r->hw, PP_DATA, value);
}

static const struct space config = { config_read, config_write };
static const struct space esc = { esc_read, esc_write };
static const struct space finali_space = { finali_read, finali_write };
static const struct space serverworks_space = { serverworks_read, serverworks_write };
static const struct space pico_space = { pico_read, pico_write };

/* ---- how links are numbered ---- */

static u8 nibble_from_1(u8 link)
{
	return link >= 1 && link <= 16 ? (u8)(link - 1) : NO_NIBBLE;
}

static u8 nibble_of_4(u8 link)
{
	return link >= 1 && link <= 4 ? (u8)(link - 1) : NO_NIBBLE;
}

static u8 nibble_of_8(u8 link)
{
	return link >= 1 && link <= 8 ? (u8)(link - 1) : NO_NIBBLE;
}

/* D is one nibble further than the others would have it. */
static u8 nibble_via(u8 link)
{
	if (link < 1 || link > 5)
		return NO_NIBBLE;
	return link == 4 ? 5 : link;
}

static u8 nibble_via586(u8 link)
{
	static const u8 map[] = { 3, 2, 5, 1, 1 };

	return link >= 1 && link <= 5 ? map[link - 1] : NO_NIBBLE;
}

static u8 nibble_ite(u8 link)
{
	static const u8 map[] = { 1, 0, 2, 3 };

	return link >= 1 && link <= 4 ? map[link - 1] : NO_NIBBLE;
}

/* The high half counts. */
static u8 nibble_opti(u8 link)
{
	return link >> 4;
}

/* B is below A, D below C. */
static u8 nibble_cyrix(u8 link)
{
	return link >= 1 && link <= 4 ? (u8)((link - 1) ^ 1) : NO_NIBBLE;
}

/* ---- methods ---- */

/* Code 8 of the M1533 is reserved; its tables give 1, which is nobody's line. */
static const u8 ali_lines[LINES] = { 0, 9, 3, 10, 4, 5, 7, 6, 0, 11, 0, 12, 0, 14, 0, 15 };

static const struct method piix = { &config, 0x60, .off = 0xf0 };
static const struct method ib = { &config, 0x66, .off = 0xf0 };
static const struct method eisa = { &esc, 0x60, .off = 0xf0 };
static const struct method sis = { &config, 0x41, .off = 0x80, .keep = 0x70 };
static const struct method serverworks = { &serverworks_space, 0 };
static const struct method via586 = { &config, 0x55, .nibble = nibble_via586 };
static const struct method via = { &config, 0x55, .nibble = nibble_via };
static const struct method ali = { &config, 0x48, .nibble = nibble_from_1, .lines = ali_lines };
static const struct method finali = { &finali_space, 0x42, .nibble = nibble_of_4,
				      .lines = ali_lines };
static const struct method ite = { &config, 0x43, .nibble = nibble_ite };
static const struct method opti = { &config, 0xb8, .nibble = nibble_opti };
static const struct method cyrix = { &config, 0x5c, .nibble = nibble_cyrix };
static const struct method vlsi = { &config, 0x74, .nibble = nibble_of_8 };
static const struct method amd756 = { &config, 0x56, .nibble = nibble_of_4 };
static const struct method pico = { &pico_space, 0x10, .nibble = nibble_of_4 };

/* ---- chips ---- */

#define INTEL 0x8086
#define VIA   0x1106
static const struct router_row rows[] = {
	/* Intel 290562, 290519, 290550, 290655, 252516 ...: PIRQ route control, 60-63, 68-6B */
	{ INTEL, 0x122e, &piix, "PIIX" },
	{ INTEL, 0x7000, &piix, "PIIX3" },
	{ INTEL, 0x7110, &piix, "PIIX4" },
	{ INTEL, 0x1234, &piix, "MPIIX" },
	{ INTEL, 0x7198, &piix, "440MX" },
	{ INTEL, 0x2410, &piix, "ICH" },
	{ INTEL, 0x2420, &piix, "ICH0" },
	{ INTEL, 0x2440, &piix, "ICH2" },
	{ INTEL, 0x244c, &piix, "ICH2-M" },
	{ INTEL, 0x2450, &piix, "C-ICH" },
	{ INTEL, 0x2480, &piix, "ICH3-S" },
	{ INTEL, 0x248c, &piix, "ICH3-M" },
	{ INTEL, 0x24c0, &piix, "ICH4" },
	{ INTEL, 0x24cc, &piix, "ICH4-M" },
	{ INTEL, 0x24d0, &piix, "ICH5" },
	{ INTEL, 0x25a1, &piix, "6300ESB" },
	{ INTEL, 0x2640, &piix, "ICH6" },
	{ INTEL, 0x2641, &piix, "ICH6-M" },
	{ INTEL, 0x2670, &piix, "631xESB" },
	{ INTEL, 0x27b0, &piix, "ICH7DH" },
	{ INTEL, 0x27b8, &piix, "ICH7" },
	{ INTEL, 0x27b9, &piix, "ICH7-M" },
	{ INTEL, 0x27bc, &piix, "NM10" },
	{ INTEL, 0x27bd, &piix, "ICH7-M DH" },
	{ INTEL, 0x2810, &piix, "ICH8" },
	{ INTEL, 0x2811, &piix, "ICH8M-E" },
	{ INTEL, 0x2812, &piix, "ICH8DH" },
	{ INTEL, 0x2814, &piix, "ICH8DO" },
	{ INTEL, 0x2815, &piix, "ICH8M" },
	{ INTEL, 0x2912, &piix, "ICH9DH" },
	{ INTEL, 0x2914, &piix, "ICH9DO" },
	{ INTEL, 0x2916, &piix, "ICH9R" },
	{ INTEL, 0x2918, &piix, "ICH9" },
	/* Intel 290488-004, 82420EX: 66, 67 */
	{ INTEL, 0x0486, &ib, "82426EX" },
	/* Intel 290476-004, 82374; not in PCI, its neighbour 82375 is */
	{ INTEL, 0x0482, &eisa, "82374 ESC" },
	/* VIA VT82C586B and VT82C596B data sheets, offsets 55-57 */
	{ VIA, 0x0586, &via586, "VT82C586" },
	{ VIA, 0x0596, &via, "VT82C596" },
	{ VIA, 0x0686, &via, "VT82C686" },
	{ VIA, 0x8231, &via, "VT8231" },
	{ VIA, 0x3147, &via, "VT8233A" },
	{ VIA, 0x3177, &via, "VT8235" },
	{ VIA, 0x3227, &via, "VT8237" },
	{ 0x1039, 0x0008, &sis, "SiS 85C503" },	       /* SiS 5595 data sheet, 41-44 */
	{ 0x10b9, 0x1489, &finali, "ALi M1489" },      /* M1489/M1487 1.2, ports 22/23: 42, 43 */
	{ 0x10b9, 0x1533, &ali, "ALi M1533" },	       /* Linux */
	{ 0x10b9, 0x1563, &ali, "ALi M1563" },	       /* Linux */
	{ 0x1283, 0x8330, &ite, "ITE 8330G" },	       /* Linux */
	{ 0x1045, 0xc700, &opti, "OPTi 82C700" },      /* Linux */
	{ 0x1078, 0x0002, &cyrix, "Cyrix 5520" },      /* Linux */
	{ 0x1004, 0x0102, &vlsi, "VLSI 82C534" },      /* Linux */
	{ 0x1166, 0x0200, &serverworks, "OSB4" },      /* Linux */
	{ 0x1166, 0x0201, &serverworks, "CSB5" },      /* Linux */
	{ 0x1022, 0x740b, &amd756, "AMD-756" },	       /* AMD 22548, function 3, 56-57 */
	{ 0x1022, 0x7413, &amd756, "AMD-766" },	       /* AMD 23167 */
	{ 0x1022, 0x7443, &amd756, "AMD-768" },	       /* AMD 24467 */
	{ 0x1066, 0x8002, &pico, "PicoPower 86C523" }, /* Linux */
	{ 0x1066, 0x0002, &pico, "PicoPower 86C523 BB+" },
};

/* A 440GX board routes in a way of its own, though its table names a PIIX4. Source: Linux. */
#define I440GX_AGP   0x71a0
#define I440GX_NOAGP 0x71a2

static const struct router_row *row_of(u16 vendor, u16 device)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].vendor == vendor && rows[i].device == device)
			return &rows[i];
	return NULL;
}

static bool has_440gx(const struct pci_tree *tree)
{
	const struct pci_dev *p;

	list_for_each_entry (p, &tree->devs, node)
		if (p->vendor == INTEL && (p->device == I440GX_AGP || p->device == I440GX_NOAGP))
			return true;
	return false;
}

/*
 * The chip that is there is believed before the one that the table calls compatible: boards with a
 * 686 or 8235 name a 586, whose registers are laid out differently. And the compatible one is
 * believed of a bridge only: QEMU's q35 has a table that calls its VGA card a PIIX3.
 */
static const struct router_row *row_for(const struct pci_dev *p, const struct pir_table *table)
{
	const struct router_row *row = row_of(p->vendor, p->device);

	if (!row && p->class >> 16 == PCI_BASE_BRIDGE)
		row = row_of(table->vendor, table->device);
	return row;
}

void pci_router_find(struct pci_router *r, const struct pci_tree *tree,
		     const struct pir_table *table, struct hw *hw)
{
	const struct pci_dev *p;

	*r = (struct pci_router){ .hw = hw };
	if (has_440gx(tree))
		return;
	list_for_each_entry (p, &tree->devs, node) {
		if (p->bus->number == table->router_bus && p->devfn == table->router_devfn) {
			r->dev = p;
			r->row = row_for(p, table);
		}
	}
	if (r->row)
		return;
	list_for_each_entry (p, &tree->devs, node) {
		r->row = row_of(p->vendor, p->device);
		r->dev = p;
		if (r->row)
			return;
	}
}

const char *pci_router_name(const struct pci_router *r)
{
	return r->row ? r->row->name : NULL;
}

/* ---- lines ---- */

/* Small links count registers from the first, others are registers themselves. */
static u8 register_of(const struct method *m, u8 link)
{
	if (m->base && link < CONFIG_END)
		return (u8)(m->base + link - 1);
	return link;
}

static unsigned int line_of(const struct method *m, u8 code)
{
	return m->lines ? m->lines[code & 15] : code & 15u;
}

static bool code_of(const struct method *m, unsigned int line, u8 *code)
{
	for (u8 c = 0; c < LINES; c++) {
		if (line_of(m, c) == line) {
			*code = c;
			return true;
		}
	}
	return false;
}

/* A register and the bits of it that hold the link's code. */
struct place {
	u8 reg, shift, mask;
};

static bool place_of(const struct method *m, u8 link, struct place *out)
{
	u8 n;

	if (!m->nibble) {
		*out = (struct place){ register_of(m, link), 0, (u8)~m->keep };
		return true;
	}
	n = m->nibble(link);
	*out = (struct place){ (u8)(m->base + n / 2), n & 1 ? 4 : 0, n & 1 ? 0xf0 : 0x0f };
	return n != NO_NIBBLE;
}

unsigned int pci_router_get(const struct pci_router *r, u8 link)
{
	const struct method *m = r->row ? r->row->method : NULL;
	struct place at;
	u8 value;

	if (!m || !link || !place_of(m, link, &at))
		return 0;
	value = m->space->read(r, at.reg);
	return value & m->off ? 0 : line_of(m, (u8)(value >> at.shift));
}

bool pci_router_set(const struct pci_router *r, u8 link, unsigned int line)
{
	const struct method *m = r->row ? r->row->method : NULL;
	struct place at;
	u8 value, code;

	if (!m || !link || line >= LINES || !place_of(m, link, &at) || !code_of(m, line, &code))
		return false;
	value = m->space->read(r, at.reg) & (u8)~at.mask;
	m->space->write(r, at.reg, value | (u8)(code << at.shift));
	return pci_router_get(r, link) == line;
}

/* ---- edge or level ---- */

#define ELCR_PORT 0x4D0
/* Lines 0, 1, 2, 8, 13 are always edge: ports where their bits are set are something else. */
#define ELCR_RESERVED 0x2107u

static bool elcr_read(struct hw *hw, u16 *bits)
{
	*bits = (u16)(hw_in8(hw, ELCR_PORT) | hw_in8(hw, ELCR_PORT + 1) << 8);
	return !(*bits & ELCR_RESERVED);
}

bool elcr_is_level(struct hw *hw, unsigned int line)
{
	u16 bits;

	return elcr_read(hw, &bits) && (bits & 1u << line);
}

void elcr_set_level(struct hw *hw, unsigned int line)
{
	u16 bits;

	if (line >= LINES || (ELCR_RESERVED & 1u << line) || !elcr_read(hw, &bits))
		return;
	bits |= (u16)(1u << line);
	hw_out8(hw, (u16)(ELCR_PORT + line / 8), (u8)(bits >> (line & 8)));
}

/* The M1489 has a switch of its own before the 8259s': a bit for each link, 0 is level. */
#define FINALI_SENSE 0x44

void pci_router_set_level(const struct pci_router *r, u8 link, unsigned int line)
{
	elcr_set_level(r->hw, line);
	if (r->row && r->row->method == &finali && nibble_of_4(link) != NO_NIBBLE)
		finali_write(r, FINALI_SENSE,
			     finali_read(r, FINALI_SENSE) & (u8) ~(1u << (link - 1)));
}
