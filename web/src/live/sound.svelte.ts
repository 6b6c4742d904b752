/** Kinds of sound, most urgent first. Driftlarm (of the system) never sounds like an alarm (of people). */
export type SoundKind = 'emergency' | 'alarm' | 'overdue' | 'request' | 'update' | 'gate' | 'system';

/** Notes of each kind: hertz and length in milliseconds; 0 hertz is silence. */
const NOTES: Record<SoundKind, { notes: [number, number][]; gain: number; everyMs: number }> = {
  emergency: { notes: [[988, 180], [740, 180], [988, 180], [740, 180]], gain: 0.5, everyMs: 4_000 },
  alarm: { notes: [[523, 160], [659, 160], [784, 260]], gain: 0.35, everyMs: 10_000 },
  overdue: { notes: [[784, 220], [523, 220], [784, 220], [523, 420]], gain: 0.4, everyMs: 0 },
  request: { notes: [[587, 140], [0, 60], [587, 140], [784, 240]], gain: 0.3, everyMs: 0 },
  update: { notes: [[659, 140], [880, 200]], gain: 0.25, everyMs: 0 },
  gate: { notes: [[587, 220]], gain: 0.18, everyMs: 0 },
  system: { notes: [[196, 300]], gain: 0.25, everyMs: 0 },
};
const SILENCE_MS = 60_000;

/** Makes the sounds, and says honestly whether it can: a browser lets no page sound before somebody has pressed something in it. */
class Sound {
  /** False: nothing will be heard, and the screen must say so. */
  isOn = $state(false);
  /** Until when the present sounding is silenced, local milliseconds. Not acknowledged: only silent. */
  silencedUntil = $state(0);
  /** What sounds again and again until it is answered. */
  private repeating = new Map<SoundKind, ReturnType<typeof setInterval>>();
  /** How many kinds sound now: the map itself tells nobody that it has changed. */
  private sounding = $state(0);
  private context: AudioContext | undefined;
  /** Heard so far, by kind: for the tests, which have no ears. */
  readonly played: Record<SoundKind, number> = { emergency: 0, alarm: 0, overdue: 0, request: 0, update: 0, gate: 0, system: 0 };

  /** Tries to sound. Without a press it succeeds only where the browser is told to allow it (a kiosk). */
  async enable(audible = true): Promise<void> {
    if (typeof AudioContext === 'undefined') return;
    this.context ??= new AudioContext();
    this.context.onstatechange = () => {
      this.isOn = this.context?.state === 'running';
    };
    await Promise.race([this.context.resume(), new Promise((later) => setTimeout(later, 300))]);
    this.isOn = this.context.state === 'running';
    if (this.isOn && audible) this.once('gate');
  }

  once(kind: SoundKind): void {
    const { context } = this;
    if (!context || context.state !== 'running') return;
    if (kind !== 'emergency' && this.isSilenced()) return;
    this.played[kind] += 1;
    const { notes, gain } = NOTES[kind];
    let at = context.currentTime + 0.02;
    for (const [hertz, ms] of notes) {
      if (hertz > 0) this.note(context, hertz, at, ms / 1000, gain);
      at += ms / 1000;
    }
  }

  /** Sounds until it is told to stop. */
  set(kind: SoundKind, sounding: boolean): void {
    const running = this.repeating.get(kind);
    if (sounding === (running !== undefined)) return;
    if (!sounding) {
      clearInterval(running);
      this.repeating.delete(kind);
    } else {
      this.again(kind);
      this.repeating.set(kind, setInterval(() => this.once(kind), NOTES[kind].everyMs || 10_000));
    }
    this.sounding = this.repeating.size;
  }

  /** Another of its kind while one sounds: a new alarm is always heard, also when an earlier one was silenced. */
  again(kind: SoundKind): void {
    this.silencedUntil = 0;
    this.once(kind);
  }

  get isSounding(): boolean {
    return this.sounding > 0;
  }

  /** A silence that seems longer than one is: the clock was set back, and nobody meant to sit without alarms for hours. */
  isSilenced(now = Date.now()): boolean {
    const left = this.silencedUntil - now;
    return left > 0 && left <= SILENCE_MS;
  }

  silence(): void {
    this.silencedUntil = Date.now() + SILENCE_MS;
  }

  private note(context: AudioContext, hertz: number, at: number, length: number, volume: number): void {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.type = 'triangle';
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(volume, at + 0.015);
    gain.gain.setValueAtTime(volume, at + length - 0.03);
    gain.gain.linearRampToValueAtTime(0, at + length);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(at);
    oscillator.stop(at + length);
  }
}

export const sound = new Sound();
