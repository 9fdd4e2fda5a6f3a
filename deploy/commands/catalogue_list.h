/* catalogue_list.h - `xianzhi catalogue list`: the indicators with names, units and definitions. */
#ifndef XIANZHI_DEPLOY_CATALOGUE_LIST_H
#define XIANZHI_DEPLOY_CATALOGUE_LIST_H

int catalogue_list(int argc, char **argv); /* argv[0]: "list"; returns an exit code */

#endif
