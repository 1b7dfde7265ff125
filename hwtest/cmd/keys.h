/* keys.h - where keys come from: the terminal that this program runs on. */
#ifndef HWTEST_CMD_KEYS_H
#define HWTEST_CMD_KEYS_H

#include "../screen/show.h"

/* Standard input key by key, without echo, until closed. false: it is no terminal. */
bool keys_open_terminal(struct keys *keys);
void keys_close_terminal(void);

#endif
