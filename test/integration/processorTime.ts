import fs from 'node:fs';

/** What a thread has computed, and how long it waited while others had the processor; in milliseconds. */
interface ThreadTime {
  readonly computed: number;
  readonly waited: number;
}

/** Of a thread of this process; the clock's where Linux does not tell. */
export function threadTime(thread: string): ThreadTime {
  try {
    const [computed = 0, waited = 0] = fs
      .readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8')
      .split(' ')
      .map(Number);
    return { computed: computed / 1e6, waited: waited / 1e6 };
  } catch {
    return { computed: performance.now(), waited: 0 };
  }
}

export const mainThread = String(process.pid);

/** Tells the thread that computed most, of those beside the host's own, between the first call and the second. */
export function busiestThread(): () => string {
  const threads = (): readonly string[] => {
    try {
      return fs.readdirSync('/proc/self/task').filter((thread) => thread !== mainThread);
    } catch {
      return [];
    }
  };
  const before = new Map(threads().map((thread) => [thread, threadTime(thread).computed]));
  return () => {
    const grown = (thread: string): number => threadTime(thread).computed - (before.get(thread) ?? 0);
    return [...threads()].sort((a, b) => grown(b) - grown(a))[0] ?? '';
  };
}

/** Counts what jobs that are none of the tests' take of all cores; answers their share, 0 to 1, NaN where Linux does not tell. */
export function watchOthers(root: number): () => number {
  const [started, all, ours] = [performance.now(), busyTicks(), ticksOfTree(root)];
  return () => {
    const own = [...ticksOfTree(root)].map(([pid, ticks]) => ticks - (ours.get(pid) ?? 0));
    const others = busyTicks() - all - own.reduce((sum, ticks) => sum + ticks, 0);
    const available = ((performance.now() - started) / 1000) * ticksPerSecond * cores();
    return Math.max(0, others) / available;
  };
}

const ticksPerSecond = 100;

function cores(): number {
  return stat().filter((line) => /^cpu\d/.test(line)).length;
}

/** user, nice and system time of all cores. */
function busyTicks(): number {
  const [, user, nice, system] = (stat()[0] ?? '').split(/ +/).map(Number);
  return (user ?? NaN) + (nice ?? NaN) + (system ?? NaN);
}

function stat(): readonly string[] {
  try {
    return fs.readFileSync('/proc/stat', 'utf8').split('\n');
  } catch {
    return [];
  }
}

function ticksOfTree(root: number): Map</* pid */ number, number> {
  const parents = new Map<number, number>();
  const ticks = new Map<number, number>();
  for (const name of fs.existsSync('/proc') ? fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n)) : []) {
    try {
      const text = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
      // the name, in brackets, may hold anything; after it the fields have numbers: 3 the state, 4 the parent, 14 and 15 the times
      const fields = text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      parents.set(Number(name), fields[1] ?? 0);
      ticks.set(Number(name), (fields[11] ?? 0) + (fields[12] ?? 0));
    } catch {
      // it ended meanwhile
    }
  }
  const isOurs = (pid: number): boolean => pid === root || (pid > 1 && isOurs(parents.get(pid) ?? 0));
  return new Map([...ticks].filter(([pid]) => isOurs(pid)));
}
