"""UARTs."""
from .fault import Fault

UART = "drivers/serial/uart8250_core.c"

FAULTS = [
    Fault("uart-broken-fifo-of-16550-used", UART, '{ "16550", 1, 0 }', '{ "16550", FIFO_16550A, UART_FCR_ENABLE | UART_FCR_TRIG_8 }'),
    Fault("uart-fifo-of-a-16450", UART, "\tcase 3:\n\t\treturn UART_16550A;", "\tcase 3:\n\tcase 0:\n\t\treturn UART_16550A;"),
    Fault("uart-dlab-left-set", UART, "\tput(u, UART_LCR, lcr);\n\tu->lcr = lcr;", "\tu->lcr = lcr;"),
    Fault("uart-dlab-set-at-probe", UART, "\tput(u, UART_LCR, lcr & (u8)~UART_LCR_DLAB);\n", ""),
    Fault("uart-divisor-bytes-swapped", UART, "\tput(u, UART_DLL, divisor & 0xFF);\n\tput(u, UART_DLM, (u8)(divisor >> 8));",
          "\tput(u, UART_DLM, divisor & 0xFF);\n\tput(u, UART_DLL, (u8)(divisor >> 8));"),
    Fault("uart-interrupt-served-once", UART, "round < UART_IRQ_LOOPS", "round < 1"),
    Fault("uart-interrupt-loop-without-end", UART, "for (round = 0; round < UART_IRQ_LOOPS; round++) {", "for (round = 0;; round++) {"),
    Fault("uart-thre-bug-not-seen", UART, "return !told || first & UART_IIR_NONE || second & UART_IIR_NONE;", "return false;"),
    Fault("uart-thre-bug-not-helped", UART, "\tif (!u->thre_bug)\n\t\treturn;\n", "\treturn;\n"),
    Fault("uart-lost-interrupt-of-the-transmitter", UART, "if (lsr != 0xFF && lsr & UART_LSR_THRE && u->tx_on) {", "if (0) {"),
    Fault("uart-out2-left-off", UART, "| UART_MCR_OUT2 | UART_MCR_DTR", "| UART_MCR_DTR"),
    Fault("uart-out2-by-the-user", UART, "\tclear &= ~(unsigned int)UART_TIOCM_OUT2;\n", ""),
    Fault("uart-status-read-twice", UART, "u->ops->rx(u->ctx, byte, rx_errors(u, lsr));", "u->ops->rx(u->ctx, byte, rx_errors(u, get(u, UART_LSR)));"),
    Fault("uart-break-is-a-framing-error", UART, "\tif (lsr & UART_LSR_BREAK)\n\t\treturn errors | UART_RX_BREAK;\n", ""),
    Fault("uart-absent-port-served", UART, "\t\tif (lsr == 0xFF)\n\t\t\treturn 0;\n", ""),
    Fault("uart-loop-left-on", UART, "\tput(u, UART_MCR, before);\n\treturn msr == LOOP_MSR;", "\treturn msr == LOOP_MSR;"),
    Fault("uart-more-than-the-fifo-holds", UART, "unsigned int room = uart_types[u->type].fifo;", "unsigned int room = 2 * uart_types[u->type].fifo;"),
    Fault("uart-modem-changes-lost", UART, "\t/* The read cleared the changes. */\n\ttell_modem(u, msr);\n", ""),
    Fault("uart-parity-odd-and-even", UART, "[UART_PARITY_EVEN] = UART_LCR_PARITY | UART_LCR_EVEN", "[UART_PARITY_EVEN] = UART_LCR_PARITY"),
    Fault("uart-putc-without-thre", UART, "\tif (!wait_thre(u, limit)) {", "\tif (0) {"),
]
