"""The keyboard's controller, keyboards, mice."""
from .fault import Fault

I8042 = "drivers/ps2/i8042_core.c"
KEYBOARD = "drivers/ps2/atkbd_core.c"
MOUSE = "drivers/ps2/psmouse_core.c"
PORT = "drivers/ps2/ps2_port.c"

FAULTS = [
    Fault("i8042-ibf-ignored", I8042, "if (!(status(c) & I8042_STATUS_IBF))", "if (1)"),
    Fault("i8042-obf-ignored", I8042, "if (st & I8042_STATUS_OBF)\n\t\t\treturn hw_in8", "if (1)\n\t\t\treturn hw_in8"),
    Fault("i8042-aux-bit-ignored", I8042, "st & I8042_STATUS_AUX ? 1 : 0", "0"),
    Fault("i8042-loop-answer-from-the-keyboard", I8042, "return from_aux(got) ? got & 0xFF : -EIO;", "return got & 0xFF;"),
    Fault("i8042-register-not-restored", I8042, "\t\twrite_ctr(c, c->initial_ctr);\n", "\t\t;\n"),
    Fault("i8042-failed-probe-leaves-it-changed", I8042, "\t\ti8042_restore(c);\n\tc->fault", "\t\t;\n\tc->fault"),
    Fault("i8042-register-read-once", I8042, "if (now >= 0 && now == last)\n\t\t\treturn now;", "if (now >= 0)\n\t\t\treturn now;"),
    Fault("i8042-self-test-resets-register", I8042, "\t/* Some forget the control register. */\n\treturn write_ctr(c, c->ctr);", "\treturn 0;"),
    Fault("i8042-self-test-once", I8042, "got < 0 || c->self_test == I8042_SELF_TEST_OK)\n\t\t\tbreak", "1)\n\t\t\tbreak"),
    Fault("i8042-no-loop-no-mouse", I8042, "\tc->flags |= I8042_NOLOOP;\n\tflush(c);\n", "\treturn false;\n"),
    Fault("i8042-enters-multiplexing", I8042, "#define MUX_LEAVE_2   0xF6", "#define MUX_LEAVE_2   0x56"),
    Fault("i8042-absent-read-for-ever", I8042, "if (!(st & I8042_STATUS_OBF) || st == 0xFF)\n\t\t\tbreak;", "if (!(st & I8042_STATUS_OBF))\n\t\t\tbreak;"),
    Fault("i8042-parity-not-told", I8042, "\t\tflags |= I8042_RX_PARITY;\n", "\t\t;\n"),
    Fault("i8042-one-byte-an-interrupt", I8042, "for (n = 0; n < I8042_IRQ_BYTES; n++) {", "for (n = 0; n < 1; n++) {"),
    Fault("i8042-translation-lost", I8042, "\tctr &= (u8) ~(I8042_CTR_KBD_INT | I8042_CTR_AUX_INT);", "\tctr &= (u8) ~(I8042_CTR_KBD_INT | I8042_CTR_AUX_INT | I8042_CTR_TRANSLATE);"),
    Fault("ps2-ack-not-awaited", PORT, "if (!err && !wait_phase(p, PS2_WAIT_ACK, limit_us))\n\t\terr = -ETIMEDOUT;", "p->answer = PS2_ACK;"),
    Fault("ps2-resend-is-an-error", PORT, "return p->answer == PS2_NAK ? -EAGAIN : -EIO;", "return -EIO;"),
    Fault("ps2-resent-without-end", PORT, "tries < PS2_RETRIES && err == -EAGAIN", "err == -EAGAIN"),
    Fault("ps2-reply-eaten-as-keys", PORT, "answer == PS2_ACK && p->reply_want ? PS2_WAIT_REPLY : PS2_IDLE", "PS2_IDLE"),
    Fault("ps2-argument-not-acknowledged", PORT, "i < cmd->send_count && !err", "i < cmd->send_count"),
    Fault("keyboard-mouse-taken-for-one", KEYBOARD, "(id[0] == 0x00 || id[0] == 0x03) ? -EBUSY : -EIO", "0 ? -EBUSY : 0"),
    Fault("keyboard-without-id-refused", KEYBOARD, "return ps2_send(&k->port, ATKBD_CMD_LEDS, &no_leds, 1);", "return -EIO;"),
    Fault("keyboard-not-enabled", KEYBOARD, "\tchoose_set(k);\n\treturn ps2_send(&k->port, PS2_CMD_ENABLE, NULL, 0);", "\tchoose_set(k);\n\treturn 0;"),
    Fault("keyboard-repeat-delay-bits", KEYBOARD, "(u8)(delay << 5 | rate)", "(u8)(delay << 6 | rate)"),
    Fault("keyboard-replugged-without-lights", KEYBOARD, "\t\terr = atkbd_set_leds(k, k->leds);\n", "\t\t;\n"),
    Fault("mouse-never-in-step-again", MOUSE, "if (!m->got && !(byte & FIRST_ALWAYS))", "if (0)"),
    Fault("mouse-pause-in-a-packet", MOUSE, "if (m->got && now - m->last_us > PSMOUSE_RESYNC_US)", "if (0)"),
    Fault("mouse-sign-bit", MOUSE, "first & FIRST_XSIGN ? 256 : 0", "first & FIRST_XSIGN ? 128 : 0"),
    Fault("mouse-upside-down", MOUSE, "(s16)((first & FIRST_YSIGN ? 256 : 0) - packet[2])", "(s16)(packet[2] - (first & FIRST_YSIGN ? 256 : 0))"),
    Fault("mouse-overflow-believed", MOUSE, "\tif (first & FIRST_OVER)\n\t\treturn false;\n", ""),
    Fault("mouse-wheel-packet-of-three", MOUSE, "m->want = m->type == PSMOUSE_PLAIN ? 3 : 4;", "m->want = 3;"),
    Fault("mouse-replugged-unnoticed", MOUSE, "if (m->got == 2 && m->packet[0] == PS2_BAT_OK && byte == 0x00)", "if (0)"),
    Fault("mouse-knock-out-of-order", MOUSE, "wheel_knock[] = { 200, 100, 80 }", "wheel_knock[] = { 100, 200, 80 }"),
]
