#!/bin/busybox sh
# The guest's first process: the host's / over 9p, read-only, under an overlay in memory; then guest-init.sh in it.
B=/bin/busybox
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
$B mount -t devtmpfs dev /dev
for module in /mod/*.ko; do $B insmod "$module" || echo "insmod $module failed"; done
$B mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose hostroot /lower || exec $B poweroff -f
$B mount -t tmpfs -o mode=755 tmpfs /upper
$B mkdir -p /upper/data /upper/work
$B mount -t overlay -o lowerdir=/lower,upperdir=/upper/data,workdir=/upper/work overlay /root || exec $B poweroff -f
for place in dev proc sys; do $B mount --move /$place /root/$place; done
init=$($B sed -n 's/.*guest\.init=\([^ ]*\).*/\1/p' /root/proc/cmdline)
exec $B switch_root /root /bin/sh "$init"
