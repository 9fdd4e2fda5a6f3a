/* catalogue_diff.h - what a change to the rules does to a folder of reports. */
#ifndef XIANZHI_DEPLOY_CATALOGUE_DIFF_H
#define XIANZHI_DEPLOY_CATALOGUE_DIFF_H

/* Reads every report (`paths`, NULL-terminated: files, folders, archives) under the catalogue
 * folders `before` and `after` and prints each quantity that is read differently, then the sums per
 * indicator. Returns an exit code. */
int catalogue_diff(const char *before, const char *after, char **paths);

#endif
