/*
 * ahci_memory.c - a transfer's memory as the command table's entries, or by way of the bounce
 * buffer: for memory without a physical address, at odd places, or in too many pieces.
 */
#include <kernel/compiler.h>
#include <kernel/string.h>
#include "ahci_internal.h"

struct prd {
	u32 address, upper, reserved, count; /* count: bytes, less 1 */
};

struct span {
	const struct ata_piece *piece;
	u32 offset, bytes; /* in the piece */
};

/* The nth piece's share of the range; false: no nth piece, or the range ended before. */
static bool next_span(const struct ahci_transfer *t, unsigned int n, u32 *skip, u32 *left,
		      struct span *span)
{
	if (n == t->buffer->count || !*left)
		return false;
	span->piece = &t->buffer->pieces[n];
	span->offset = min(*skip, span->piece->bytes);
	span->bytes = min(span->piece->bytes - span->offset, *left);
	*skip -= span->offset;
	*left -= span->bytes;
	return true;
}

/* ---- directly ---- */

static bool reachable(const struct span *span)
{
	return span->piece->phys != ATA_PHYS_NONE && !((span->piece->phys + span->offset) & 1) &&
	       !(span->bytes & 1) && span->bytes <= AHCI_PRD_MAX;
}

static struct prd *table(const struct ahci_port *port)
{
	return (struct prd *)((u8 *)port->memory + AHCI_TABLE_AT + AHCI_TABLE_PRD);
}

static void set_prd(struct ahci_port *port, u32 n, u32 phys, u32 bytes)
{
	table(port)[n] = (struct prd){ .address = phys, .count = bytes - 1 };
}

static bool map_directly(struct ahci_port *port, struct ahci_transfer *t)
{
	u32 skip = t->offset, left = t->bytes;
	struct span span;

	t->prds = 0;
	for (unsigned int n = 0; next_span(t, n, &skip, &left, &span); n++) {
		if (!span.bytes)
			continue;
		if (!reachable(&span) || t->prds == AHCI_PRDS)
			return false;
		set_prd(port, t->prds++, span.piece->phys + span.offset, span.bytes);
	}
	return !left;
}

/* ---- by the bounce buffer ---- */

static void copy_span(const struct ata_buffer *buffer, const struct span *span, u8 *bounce, bool in)
{
	u8 *addr = span->piece->addr ? span->piece->addr : buffer->map(span->piece);

	if (in)
		memcpy(addr + span->offset, bounce, span->bytes);
	else
		memcpy(bounce, addr + span->offset, span->bytes);
	if (!span->piece->addr)
		buffer->unmap(span->piece, addr);
}

static void copy(struct ahci_port *port, const struct ahci_transfer *t, u32 bytes, bool in)
{
	u32 skip = t->offset, left = bytes, at = 0;
	struct span span;

	for (unsigned int n = 0; next_span(t, n, &skip, &left, &span); n++) {
		if (!span.bytes)
			continue;
		copy_span(t->buffer, &span, port->bounce + at, in);
		at += span.bytes;
	}
}

bool ahci_map(struct ahci_port *port, struct ahci_transfer *t)
{
	u32 even = ALIGN_UP(t->bytes, 2u);

	t->bounced = false;
	t->prds = 0;
	if (!t->bytes || map_directly(port, t))
		return true;
	if (even > port->bounce_bytes)
		return false;
	t->bounced = true;
	t->prds = 1;
	set_prd(port, 0, port->bounce_phys, even);
	if (t->write)
		copy(port, t, t->bytes, false);
	return true;
}

void ahci_unmap(struct ahci_port *port, const struct ahci_transfer *t, u32 bytes)
{
	if (t->bounced && !t->write)
		copy(port, t, min(bytes, t->bytes), true);
}
