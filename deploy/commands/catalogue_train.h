/* catalogue_train.h - `xianzhi catalogue train`: learns the model's weights from annotated reports.
 */
#ifndef XIANZHI_DEPLOY_CATALOGUE_TRAIN_H
#define XIANZHI_DEPLOY_CATALOGUE_TRAIN_H

int catalogue_train(int argc, char **argv); /* argv[0]: "train"; returns an exit code */

#endif
