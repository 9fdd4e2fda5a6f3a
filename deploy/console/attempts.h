/* attempts.h - slows down those who guess passwords: an address after five failures within a
 * quarter of an hour, a name after ten, each failure doubling the wait. Any thread. */
#ifndef XIANZHI_CONSOLE_ATTEMPTS_H
#define XIANZHI_CONSOLE_ATTEMPTS_H

struct attempts;

struct attempts *attempts_new(void);
void attempts_free(struct attempts **attempts); /* accepts NULL inside */

/* Seconds until the next attempt is looked at; 0: now. */
unsigned attempts_wait_s(struct attempts *attempts, const char *address, const char *name);
void attempts_failed(struct attempts *attempts, const char *address, const char *name);
/* Forgets the name's failures, not the address'. */
void attempts_succeeded(struct attempts *attempts, const char *name);

#endif
