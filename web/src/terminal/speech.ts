/** A voice of the device itself; one that speaks over the network would send the alarm to somebody else. */
function voice(): SpeechSynthesisVoice | undefined {
  if (typeof speechSynthesis === 'undefined') return undefined;
  return speechSynthesis.getVoices().find((one) => one.localService && one.lang.startsWith('sv'));
}

export function canSpeak(): boolean {
  return voice() !== undefined;
}

export function speak(text: string): void {
  const chosen = voice();
  if (!chosen) return;
  speechSynthesis.cancel();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = chosen;
  utterance.lang = chosen.lang;
  speechSynthesis.speak(utterance);
}
