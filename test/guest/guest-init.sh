#!/bin/sh
# PID 1 on the host's / (see initramfs-init.sh): devices, a network to the host at 10.0.2.2, udevd, then the agent.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C
argument() { sed -n "s/.*guest\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
mount -t tmpfs tmpfs /run
mkdir -p /dev/pts /dev/shm /run/lock /run/udev /lib/modules
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
ln -sf /proc/self/fd /dev/fd
ln -sfn "$(argument kernel)/lib/modules/$(uname -r)" "/lib/modules/$(uname -r)"
busybox ip link set lo up
busybox ip link set eth0 up
busybox ip addr add 10.0.2.15/24 dev eth0
{ /lib/systemd/systemd-udevd --daemon && udevadm trigger; } >/dev/null 2>&1
cd "$(argument repository)" || echo "no repository"
"$(argument node)" test/guest/agent.js 10.0.2.2 "$(argument port)"
echo "guest: the agent ended with $?"
echo o >/proc/sysrq-trigger
while :; do sleep 1; done
