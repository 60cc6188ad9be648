// The host's own translation of a sentence, which its localisation files hold.

/** A sentence in the language that the user set in the host. @param {string} sentence @returns {string} */
export function translate(sentence) {
    if (typeof getTranslation !== "function") return sentence;
    return getTranslation(sentence) ?? sentence;
}
