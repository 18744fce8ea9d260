// Reads a screen's instruction aloud, where the phone can speak.
import { html, icon, nothing } from "./dom.js";
import { _, locale } from "./words.js";

/** A speaker over the browser's voice; can() is false where there is none. */
export function speaker({ voice = globalThis.speechSynthesis, Utterance = globalThis.SpeechSynthesisUtterance, language = locale } = {}) {
  return {
    can: () => Boolean(voice && Utterance),
    /** Say it now, whatever was being said. */
    say(text) {
      voice.cancel();
      const spoken = new Utterance(text);
      spoken.lang = language() === "en" ? "en-GB" : "zh-CN";
      spoken.rate = 0.9;
      voice.speak(spoken);
    },
    hush: () => voice?.cancel(),
  };
}

const mine = speaker();

/** Stop speaking: the screen has changed. */
export const hush = () => mine.hush();

/** The button that reads `words()` aloud; nothing on a phone without a voice. */
export function speakButton(words) {
  if (!mine.can()) return nothing;
  return html`<button class="btn speak" data-kind="plain" @click=${() => mine.say(words())}>${icon("speak", 28)}${_("念给我听")}</button>`;
}
