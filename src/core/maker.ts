/** How firmware names its maker where the module is one of Quectel's: QMI says Qualcomm, old USB strings say Android. */
const OWN = /quectel|qualcomm|android/i;

/** True for a maker whose modules are certainly none of Quectel's. */
export function isOtherMake(maker: string): boolean {
  return !OWN.test(maker);
}
