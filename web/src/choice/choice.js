/**
 * A few options of which one holds: radio buttons, drawn as one control.
 *
 * Usage: `<${Choice} label="Whose records" options=${FILTERS} value="mine" onChoose=${watch} />` where
 * an option is `{ value: "mine", label: "Mine" }`
 */
import { html } from "htm/preact";

/**
 * @typedef {object} ChoiceProps
 * @property {string} label what is chosen
 * @property {{ value: string, label: string }[]} options
 * @property {string} value the option that holds
 * @property {(value: any) => void} onChoose
 */

/** @param {ChoiceProps} props */
export function Choice({ label, options, value, onChoose }) {
  return html`
    <fieldset class="choice">
      <legend class="visually-hidden">${label}</legend>
      ${options.map((option) => html`
        <label>
          <input type="radio" name=${label} checked=${option.value === value}
            onChange=${() => onChoose(option.value)} />
          <span>${option.label}</span>
        </label>`)}
    </fieldset>`;
}
