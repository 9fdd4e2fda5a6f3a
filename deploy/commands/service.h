/* service.h - what a service manager wants to hear (sd_notify); without one nothing happens. */
#ifndef XIANZHI_DEPLOY_SERVICE_H
#define XIANZHI_DEPLOY_SERVICE_H

void service_ready(void); /* it can be used from now on */
void service_alive(void); /* feeds the watchdog */
void service_stopping(void);

#endif
