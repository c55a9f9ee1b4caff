/** Reads the tables of docs/errors.md. Pure. */

export interface ErrorCode {
  code: string;
  what: string;
  fix: string;
}

/** Each row of the page's tables that has a code; marks of Markdown are taken off. */
export const readErrorCodes = (markdown: string): ErrorCode[] =>
  markdown.split('\n').flatMap((line) => {
    const [, code, what, fix] = line.split(/(?<!\\)\|/).map((cell) => plain(cell));
    return code !== undefined && /^CEL\d{4}$/.test(code) ? [{ code, what: what ?? '', fix: fix ?? '' }] : [];
  });

const plain = (cell: string): string =>
  cell
    .trim()
    .replaceAll('`', '')
    .replaceAll('\\|', '|')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
