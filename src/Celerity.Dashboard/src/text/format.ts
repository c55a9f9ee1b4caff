/** Figures, durations and times as people read them. Pure; nothing here reads the clock. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** What stands where nothing is known. */
export const nothing = '–';

/** 1234 as 1,234. */
export const count = (value: number | null | undefined): string => (value == null ? nothing : whole.format(value));

/** 1234567 as 1.2M; below 10,000 in full. */
export const brief = (value: number | null | undefined): string =>
  value == null ? nothing : Math.abs(value) < 10_000 ? decimal(value) : short.format(value);

/** At most three digits that count: 0.0312, 3.14, 42.5, 1,234. */
export function decimal(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) {
    return nothing;
  }

  return Math.abs(value) >= 100 || Number.isInteger(value)
    ? whole.format(value)
    : new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value);
}

/** A share of 0 to 1 as a percentage; neither 0 % nor 100 % before it is. */
export function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 1 ? '<1%' : value > 99 && value < 100 ? '>99%' : `${Math.round(value)}%`;
}

/** Seconds as 340 ms, 3.2 s, 4 min 5 s, 2 h 10 min, 3 d 4 h. */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) {
    return nothing;
  }

  if (seconds < 0) {
    return `−${duration(-seconds)}`;
  }

  if (seconds === 0) {
    return '0 s';
  }

  if (seconds < 0.9995) {
    return `${Math.round(seconds * 1000)} ms`;
  }

  if (seconds < 59.95) {
    return `${decimal(Math.round(seconds * 10) / 10)} s`;
  }

  const rounded = Math.round(seconds);
  return rounded < 3600
    ? pair(rounded, 60, 'min', 1, 's')
    : rounded < 86_400
      ? pair(rounded, 3600, 'h', 60, 'min')
      : pair(rounded, 86_400, 'd', 3600, 'h');
}

function pair(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const [many, rest] = [Math.floor(seconds / large), Math.floor((seconds % large) / small)];
  return rest === 0 ? `${many} ${largeUnit}` : `${many} ${largeUnit} ${rest} ${smallUnit}`;
}

/** Bytes as 120 B, 1.2 KiB, 3.4 MiB. */
export function bytes(value: number | null | undefined): string {
  if (value == null) {
    return nothing;
  }

  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [size, unit] = [value, 0];
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }

  return `${decimal(unit === 0 ? size : Math.round(size * 10) / 10)} ${units[unit]}`;
}

/** A sum of money with as many decimals as it needs to be seen. */
export const money = (value: number, currency: string): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency, maximumFractionDigits: value !== 0 && Math.abs(value) < 0.1 ? 4 : 2 }).format(value);

/** How long ago, or how far ahead, in words. */
export function ago(at: number, now: number): string {
  const seconds = (now - at) / 1000;
  return Math.abs(seconds) < 1.5 ? 'now' : seconds >= 0 ? `${coarse(seconds)} ago` : `in ${coarse(-seconds)}`;
}

const coarse = (seconds: number): string =>
  seconds < 60
    ? `${Math.round(seconds)} s`
    : seconds < 3600
      ? `${Math.floor(seconds / 60)} min`
      : seconds < 86_400
        ? `${Math.floor(seconds / 3600)} h`
        : `${Math.floor(seconds / 86_400)} d`;

/** 27 Nov, 22:44:47, in the reader's time zone; with the year where it is another than this one. */
export function moment(at: Date, now: Date): string {
  const day =
    at.toDateString() === now.toDateString()
      ? ''
      : `${at.getDate()} ${months[at.getMonth()]}${at.getFullYear() === now.getFullYear() ? '' : ` ${at.getFullYear()}`}, `;
  return `${day}${[at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One of several: 1 letter, 2 letters. */
export const plural = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

/** A word of the API as words: deadLettered as dead lettered. */
export const words = (name: string): string => name.replace(/([a-z])([A-Z])/g, (_, left: string, right: string) => `${left} ${right.toLowerCase()}`);

/** A .NET time span (d.hh:mm:ss.fff) in seconds; undefined where it is none. */
export function timeSpan(text: string): number | undefined {
  const match = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(\.\d+)?$/.exec(text);
  if (match === null) {
    return undefined;
  }

  const [, sign, days, hours, minutes, seconds, fraction] = match;
  const sum = Number(days ?? 0) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(fraction ?? 0);
  return sign === undefined ? sum : -sum;
}
