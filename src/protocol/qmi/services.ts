/** QMI services by number (libqmi, qmi-enums.h: QmiService); those that this project speaks. */
export const SERVICE = {
  ctl: 0x00,
  wds: 0x01,
  dms: 0x02,
  nas: 0x03,
  wms: 0x05,
  uim: 0x0b,
  wda: 0x1a,
} as const;
