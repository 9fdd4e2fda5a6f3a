/* metrics.h - the broker's figures for monitoring. */
#ifndef XIANZHI_BROKER_METRICS_H
#define XIANZHI_BROKER_METRICS_H

#include "broker/state.h"

void metrics_publish(struct broker *broker); /* once a second, where they are served */

#endif
