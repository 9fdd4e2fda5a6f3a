/* beat.h - heartbeats while the broker's thread is held up by the disk. */
#ifndef XIANZHI_BROKER_BEAT_H
#define XIANZHI_BROKER_BEAT_H

#include "broker/state.h"

/* By the broker's thread, around its loop. No thread to be had: nobody speaks for it then. */
void beat_start(struct broker *broker);
void beat_stop(struct broker *broker);

/* Around what may take long and touches neither peers nor the wire. */
void beat_allow(struct broker *broker);
void beat_forbid(struct broker *broker);

#endif
