/* service.c - the one door to libsystemd. Any thread; can't fail: whoever isn't there isn't told.
 */
#include "deploy/commands/service.h"

#include <systemd/sd-daemon.h>

void service_ready(void)
{
    sd_notify(0, "READY=1");
}

void service_alive(void)
{
    sd_notify(0, "WATCHDOG=1");
}

void service_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}
