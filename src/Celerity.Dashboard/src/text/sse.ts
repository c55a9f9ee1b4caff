/** Server-sent events, read piece by piece as they come from the network. Pure. */

/** One event: its name, and its data. */
export interface StreamEvent {
  name: string;
  data: string;
}

/** An event may not be larger: what sends more without an end is no stream of ours. */
const mostChars = 1_000_000;

/** Puts pieces of text together to events. */
export class StreamReader {
  #rest = '';

  /** Takes the next piece; gives the events that it completes. */
  take(piece: string): StreamEvent[] {
    const blocks = (this.#rest + piece).replaceAll('\r\n', '\n').split('\n\n');
    this.#rest = blocks.pop() ?? '';
    if (this.#rest.length > mostChars) {
      throw new Error('The stream has no end of an event.');
    }

    return blocks.flatMap(readEvent);
  }
}

function readEvent(block: string): StreamEvent[] {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    const [field, value] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')];
    if (field === 'event') {
      name = value;
    } else if (field === 'data') {
      data.push(value);
    }
  }

  return data.length === 0 ? [] : [{ name, data: data.join('\n') }];
}
