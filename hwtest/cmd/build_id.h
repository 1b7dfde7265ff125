/* build_id.h - which hwtest this is: its release and the first digits of the linker's build ID. */
#ifndef HWTEST_CMD_BUILD_ID_H
#define HWTEST_CMD_BUILD_ID_H

const char *build_id(void);

#endif
