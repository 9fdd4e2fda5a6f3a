/* catalogue_reviewed.h - a changed catalogue against what people have decided. */
#ifndef XIANZHI_COMMANDS_CATALOGUE_REVIEWED_H
#define XIANZHI_COMMANDS_CATALOGUE_REVIEWED_H

/* Reads every document with a decision again, from the store's copy or where it lies, by the rules
 * in `folder` (NULL: the built-in ones), and prints which decisions these contradict and which they
 * no longer need. An exit code: EXIT_FAILED where any is contradicted or can't be compared. */
int catalogue_reviewed(const char *folder, const char *store);

#endif
