/* The answers of CD drives, whole, short and wrong. */
// LINK: drivers/ata/cd_decode.c drivers/ata/sense_decode.c drivers/ata/cd_quirks.c
#include <host/host.h>
#include "../cd_core.h"
#include "../cd_decode.h"
#include "../scsi_cdb.h"
#include "../sense_decode.h"
#include <kernel/errno.h>
#include <string.h>

static void test_msf(void **state)
{
	u8 msf[3] = { 0, 2, 0 };

	assert_int_equal(cd_msf_to_lba(msf), 0);
	cd_lba_to_msf(0, msf);
	assert_memory_equal(msf, ((u8[]){ 0, 2, 0 }), 3);
	cd_lba_to_msf(-150, msf);
	assert_memory_equal(msf, ((u8[]){ 0, 0, 0 }), 3);
	cd_lba_to_msf(-151, msf);
	assert_memory_equal(msf, ((u8[]){ 0, 0, 0 }), 3);
	/* 74 minutes: 333000 frames, of which 150 come before. */
	cd_lba_to_msf(332850, msf);
	assert_memory_equal(msf, ((u8[]){ 74, 0, 0 }), 3);
	cd_lba_to_msf(0x7fffffff, msf);
	assert_memory_equal(msf, ((u8[]){ 255, 59, 74 }), 3);
	for (s32 lba = -150; lba < 400000; lba += 77) {
		cd_lba_to_msf(lba, msf);
		assert_true(cd_msf_is_sane(msf));
		assert_int_equal(cd_msf_to_lba(msf), lba);
	}
	assert_false(cd_msf_is_sane((const u8[]){ 0, 60, 0 }));
	assert_false(cd_msf_is_sane((const u8[]){ 0, 0, 75 }));
}

static void test_inquiry(void **state)
{
	u8 data[36] = { 5, 0x80, 0, 0x21, 31 };
	struct cd_inquiry inq;

	memcpy(data + 8, "MITSUMI ", 8);
	memcpy(data + 16, "CD-ROM\0\0\x01       ", 16);
	memcpy(data + 32, "1.0 ", 4);
	assert_int_equal(cd_decode_inquiry(data, 36, &inq), 0);
	assert_int_equal(inq.type, CD_TYPE_CD);
	assert_true(inq.removable);
	assert_string_equal(inq.vendor, "MITSUMI");
	assert_string_equal(inq.product, "CD-ROM");
	assert_string_equal(inq.revision, "1.0");
	/* The drive has less to say. */
	assert_int_equal(cd_decode_inquiry(data, 12, &inq), 0);
	assert_string_equal(inq.vendor, "MITS");
	assert_string_equal(inq.product, "");
	assert_int_equal(cd_decode_inquiry(data, 4, &inq), -EINVAL);
}

static void test_capacity(void **state)
{
	struct cd_capacity c;

	assert_int_equal(cd_decode_capacity((u8[]){ 0, 0, 0x10, 0, 0, 0, 8, 0 }, 8, &c), 0);
	assert_int_equal(c.blocks, 0x1001);
	assert_int_equal(c.block_bytes, 2048);
	assert_int_equal(cd_decode_capacity((u8[]){ 255, 255, 255, 255, 0, 0, 9, 0x30 }, 8, &c), 0);
	assert_int_equal(c.blocks, 0);
	assert_int_equal(c.block_bytes, 2352);
	assert_int_equal(cd_decode_capacity((u8[]){ 0 }, 7, &c), -EINVAL);
}

/* A header, a block descriptor, page 1, page 2A. */
static u32 make_modes(u8 *data, u8 descriptor)
{
	static const u8 page1[] = { 0x01, 6, 0, 3, 0, 0, 0, 0 };
	static const u8 page2a[] = { 0xAA, 18, 0x3F, 0x37, 0x71, 0x63, 0x29, 0x23, 0x0B, 0x13,
				     1,	   0,  0x02, 0,	   0x05, 0x84, 0,    0,	   0,	 0 };
	u32 n = 8;

	memset(data, 0, 64);
	data[7] = descriptor;
	memset(data + n, 0x2A, descriptor); /* no page, though it looks like one */
	n += descriptor;
	memcpy(data + n, page1, sizeof(page1));
	n += sizeof(page1);
	memcpy(data + n, page2a, sizeof(page2a));
	n += sizeof(page2a);
	put_be16(data, n - 2);
	return n;
}

static void test_capabilities(void **state)
{
	struct cd_capabilities c;
	u8 data[64];

	for (u8 descriptor = 0; descriptor <= 8; descriptor += 8) {
		u32 n = make_modes(data, descriptor);

		cd_decode_capabilities(data, n, false, &c);
		assert_true(c.known && c.read_dvd && c.read_dvdram && c.write_cdr && c.write_dvdr);
		assert_true(c.audio && c.multisession && c.read_cdda && c.upc);
		assert_true(c.lock && c.eject && !c.locked && !c.select_disc);
		assert_int_equal(c.loader, CD_TRAY);
		assert_int_equal(c.max_speed, 0x0B13);
		assert_int_equal(c.buffer_kb, 512);
		assert_int_equal(c.speed, 0x0584);
		assert_int_equal(cd_speed_times(c.max_speed), 16);
	}
	cd_decode_capabilities(data, make_modes(data, 0), true, &c);
	assert_int_equal(c.max_speed, 0x130B);
	/* Cut off inside the page: speeds are not known; before its flags: nothing is. */
	cd_decode_capabilities(data, make_modes(data, 0) - 12, false, &c);
	assert_true(c.known);
	assert_int_equal(c.max_speed, 0);
	cd_decode_capabilities(data, make_modes(data, 0) - 15, false, &c);
	assert_false(c.known);
	assert_true(c.audio && c.eject);
}

static void test_page_of_nothing(void **state)
{
	u8 data[64] = { 0 };
	u32 length;

	assert_null(cd_find_page(data, 7, 0x2A, &length));
	memset(data, 0xff, sizeof(data));
	assert_null(cd_find_page(data, sizeof(data), 0x2A, &length));
	memset(data, 0, sizeof(data));
	data[1] = 62;
	assert_null(cd_find_page(data, sizeof(data), 0x2A, &length));
	assert_false(cd_mode_protected(data, 8));
	data[3] = 0x80;
	assert_true(cd_mode_protected(data, 8));
	assert_false(cd_mode_protected(data, 7));
}

static void test_toc(void **state)
{
	static const u8 data[] = {
		0, 26,	 1,    2,		 /* two tracks and the lead-out */
		0, 0x14, 1,    0, 0, 0,	 2,  0,	 /* 00:02:00, data */
		0, 0x10, 2,    0, 0, 12, 34, 56, /* audio */
		0, 0x10, 0xAA, 0, 0, 20, 0,  0,
	};
	static struct cd_toc toc;
	u8 bcd[sizeof(data)];

	assert_int_equal(cd_decode_toc(data, sizeof(data), true, 0, &toc), 0);
	assert_int_equal(toc.first, 1);
	assert_int_equal(toc.last, 2);
	assert_int_equal(toc.count, 3);
	assert_int_equal(cd_find_track(&toc, 1)->lba, 0);
	assert_true(cd_find_track(&toc, 1)->adr_control & CD_CONTROL_DATA);
	assert_int_equal(cd_find_track(&toc, 2)->lba, (12 * 60 + 34) * 75 + 56 - 150);
	assert_int_equal(cd_find_track(&toc, CD_LEADOUT)->lba, 20 * 60 * 75 - 150);
	assert_null(cd_find_track(&toc, 3));

	memcpy(bcd, data, sizeof(data));
	bcd[17] = 0x12, bcd[18] = 0x34, bcd[19] = 0x56;
	bcd[25] = 0x20;
	assert_int_equal(
		cd_decode_toc(bcd, sizeof(bcd), true, CD_BCD_ADDRESS | CD_BCD_NUMBER, &toc), 0);
	assert_int_equal(cd_find_track(&toc, 2)->lba, (12 * 60 + 34) * 75 + 56 - 150);
	assert_non_null(cd_find_track(&toc, CD_LEADOUT));

	/* Less came than the length says. */
	assert_int_equal(cd_decode_toc(data, 19, true, 0, &toc), 0);
	assert_int_equal(toc.count, 1);
	assert_int_equal(cd_decode_toc(data, 11, true, 0, &toc), -EINVAL);
	assert_int_equal(cd_decode_toc(data, 3, true, 0, &toc), -EINVAL);
}

static void test_toc_is_bounded(void **state)
{
	static u8 data[4 + 8 * 200];
	static struct cd_toc toc;

	put_be16(data, sizeof(data) - 2);
	data[2] = 1, data[3] = 99;
	assert_int_equal(cd_decode_toc(data, sizeof(data), false, 0, &toc), 0);
	assert_int_equal(toc.count, CD_TRACKS_MAX + 1);
}

static void test_subchannel(void **state)
{
	static const u8 data[] = { 0, 0x11, 0, 12, 1, 0x10, 3, 1, 0, 0, 1, 0, 0, 0, 0, 0x4B };
	static const u8 mcn[24] = "\0\0\0\0\0\0\0\0\x80"
				  "0123456789x12";
	struct cd_position pos;
	char text[14];

	assert_int_equal(cd_decode_position(data, sizeof(data), &pos), 0);
	assert_int_equal(pos.audio_status, 0x11);
	assert_int_equal(pos.track, 3);
	assert_int_equal(pos.absolute, 256);
	assert_int_equal(pos.relative, 75);
	assert_int_equal(cd_decode_position(data, 4, &pos), 0);
	assert_int_equal(pos.track, 0);
	assert_int_equal(cd_decode_position(data, 3, &pos), -EINVAL);
	assert_int_equal(cd_decode_mcn(mcn, sizeof(mcn), text), 0);
	assert_string_equal(text, "0123456789012");
	assert_int_equal(cd_decode_mcn(data, sizeof(data), text), -EINVAL);
	assert_string_equal(text, "");
}

static void test_event(void **state)
{
	struct cd_event e;

	cd_decode_event((u8[]){ 0, 6, 4, 0x10, 2, 2, 0, 0 }, 8, &e);
	assert_true(e.valid && e.present && !e.tray_open && e.code == 2);
	cd_decode_event((u8[]){ 0, 6, 0x84, 0x10, 2, 2, 0, 0 }, 8, &e);
	assert_false(e.valid);
	cd_decode_event((u8[]){ 0, 6, 1, 0x10, 2, 2, 0, 0 }, 8, &e);
	assert_false(e.valid);
}

static enum sense_action action_of(u8 key, u8 asc, u8 ascq)
{
	return sense_action(&(struct sense){ .key = key, .asc = asc, .ascq = ascq });
}

static void test_sense_actions(void **state)
{
	assert_int_equal(action_of(0, 0, 0), SENSE_DO_NOTHING);
	assert_int_equal(action_of(1, 0x17, 1), SENSE_DO_NOTHING);
	assert_int_equal(action_of(2, 0x04, 0x01), SENSE_DO_WAIT);
	assert_int_equal(action_of(2, 0x04, 0x02), SENSE_DO_START);
	assert_int_equal(action_of(2, 0x04, 0x03), SENSE_DO_FAIL);
	assert_int_equal(action_of(2, 0x3A, 0x00), SENSE_DO_EMPTY);
	assert_int_equal(action_of(2, 0x3A, 0x77), SENSE_DO_EMPTY);
	assert_int_equal(action_of(3, 0x11, 0x05), SENSE_DO_BAD);
	assert_int_equal(action_of(4, 0x44, 0x00), SENSE_DO_FAIL);
	assert_int_equal(action_of(5, 0x20, 0x00), SENSE_DO_ILLEGAL);
	assert_int_equal(action_of(5, 0x64, 0x00), SENSE_DO_BAD);
	assert_int_equal(action_of(6, 0x28, 0x00), SENSE_DO_CHANGED);
	assert_int_equal(action_of(6, 0x29, 0x00), SENSE_DO_RETRY);
	assert_int_equal(action_of(7, 0x27, 0x00), SENSE_DO_PROTECT);
	assert_int_equal(action_of(0xB, 0, 0), SENSE_DO_RETRY);
	assert_int_equal(action_of(0xE, 1, 2), SENSE_DO_FAIL);
	assert_string_equal(sense_text(&(struct sense){ .key = 2, .asc = 0x3A }), "no medium");
	assert_int_equal(sense_errno(SENSE_DO_EMPTY), -ENOMEDIUM);
	assert_int_equal(sense_errno(SENSE_DO_NOTHING), 0);
	assert_int_equal(sense_errno(SENSE_DO_FAIL), -EIO);
}

static void test_sense_bytes(void **state)
{
	u8 data[18] = { 0xF0, 0, 3, 0, 1, 2, 3, 10 };
	struct sense s;

	data[12] = 0x11;
	data[13] = 0x05;
	assert_true(sense_decode(data, 18, &s));
	assert_int_equal(s.key, 3);
	assert_int_equal(s.asc, 0x11);
	assert_int_equal(s.ascq, 5);
	assert_true(s.has_info && !s.deferred);
	assert_int_equal(s.info, 0x010203);
	/* Only the key came. */
	assert_true(sense_decode(data, 8, &s));
	assert_int_equal(s.key, 3);
	assert_int_equal(s.asc, 0);
	assert_false(sense_decode(data, 7, &s));
	data[0] = 0x71;
	assert_true(sense_decode(data, 18, &s));
	assert_true(s.deferred && !s.has_info);
	assert_true(sense_decode((u8[]){ 0x72, 6, 0x28, 0 }, 4, &s));
	assert_int_equal(s.key, 6);
	assert_int_equal(s.asc, 0x28);
	assert_false(s.deferred);
	assert_false(sense_decode(data, 0, &s));
	data[0] = 0;
	assert_false(sense_decode(data, 18, &s));
}

static void test_cdbs(void **state)
{
	u8 cdb[16];

	scsi_cdb_10(cdb, SCSI_READ_10, 0x01020304, 0x0506);
	assert_memory_equal(cdb, ((u8[16]){ 0x28, 0, 1, 2, 3, 4, 0, 5, 6 }), 16);
	scsi_cdb_toc(cdb, SCSI_TOC_SESSIONS, 0, true, 12);
	assert_memory_equal(cdb, ((u8[16]){ 0x43, 2, 1, 0, 0, 0, 0, 0, 12, 0x40 }), 16);
	scsi_cdb_read_cd(cdb, SCSI_SECTOR_AUDIO, SCSI_WANT_ALL, 16, 0x010203);
	assert_memory_equal(cdb, ((u8[16]){ 0xBE, 4, 0, 0, 0, 16, 1, 2, 3, 0xF8 }), 16);
	scsi_cdb_play_msf(cdb, (u8[]){ 1, 2, 3 }, (u8[]){ 4, 5, 6 });
	assert_memory_equal(cdb, ((u8[16]){ 0x47, 0, 0, 1, 2, 3, 4, 5, 6 }), 16);
	scsi_cdb_prevent(cdb, true);
	assert_memory_equal(cdb, ((u8[16]){ 0x1E, 0, 0, 0, 1 }), 16);
}

static void test_quirks(void **state)
{
	static const struct {
		const char *model, *firmware;
		u32 quirks;
	} rows[] = {
		{ "NEC CD-ROM DRIVE:260", "1.01", CD_QUIRK_TOC_ADDRESS_BCD },
		{ "NEC CD-ROM DRIVE:260", "1.02", 0 },
		{ "NEC CD-ROM DRIVE:2601", "1.01", 0 },
		{ "V003S0DS", "abcd1x21", CD_QUIRK_TOC_ADDRESS_BCD | CD_QUIRK_TOC_TRACKS_BCD },
		{ "V003S0DS", "abcd1x31", 0 },
		{ "V003S0DS", "abcd", 0 },
		{ "V006E0DS", "abcd1x2", CD_QUIRK_TOC_TRACKS_BCD },
		{ "SAMSUNG CD-ROM SCR-2432", "x", CD_QUIRK_ONE_BLOCK },
		{ "SAMSUNG CD-ROM SCR-3231", "", CD_QUIRK_NO_SPEED },
		{ "WPI CDS-32X", "1", CD_QUIRK_FULL_PAGE },
		{ "", "241N", CD_QUIRK_SPEED_SWAPPED },
		{ "MATSHITADVD-ROM SR-8187", "", CD_QUIRK_AUDIO },
		{ "", "", 0 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(cd_find_quirks(rows[i].model, rows[i].firmware), rows[i].quirks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_msf),
		host_test(test_inquiry),
		host_test(test_capacity),
		host_test(test_capabilities),
		host_test(test_page_of_nothing),
		host_test(test_toc),
		host_test(test_toc_is_bounded),
		host_test(test_subchannel),
		host_test(test_event),
		host_test(test_sense_actions),
		host_test(test_sense_bytes),
		host_test(test_cdbs),
		host_test(test_quirks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
