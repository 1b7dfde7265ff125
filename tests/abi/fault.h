/* Touches an address and tells which signal that gave (0: none); `fault` holds its siginfo. */
#ifndef FAULT_H
#define FAULT_H

struct fault_info {
	int sig, code;
	void *addr;
	int trapno, error;
};
extern struct fault_info fault;

int fault_on_read(volatile void *p);
int fault_on_write(volatile void *p);
/* Runs fn with the fault signals caught. */
int fault_in(void (*fn)(void *), void *arg);

#endif
