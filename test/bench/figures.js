/** Figures of repeated runs. */

export function median(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function line(name, times, digits = 0) {
  const ms = [Math.min(...times), median(times), Math.max(...times)].map((value) => value.toFixed(digits));
  return `${name.padEnd(26)} min ${ms[0]} ms, median ${ms[1]} ms, max ${ms[2]} ms, ${times.length} runs`;
}
