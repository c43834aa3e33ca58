// What the latent plane consists of.

const HTML = `
<div class="parts">
  <div class="head">
    <div class="modes" role="radiogroup"></div>
    <div class="layers"></div>
  </div>
  <div class="square">
    <canvas class="base"></canvas><svg class="over"></svg><div class="numerals"></div>
    <button type="button" role="slider" class="handle z"></button>
    <button type="button" role="slider" class="handle a">A</button>
    <button type="button" role="slider" class="handle b">B</button>
  </div>
  <div class="pictures">
    <div class="own"></div>
    <figure class="data x"><figcaption></figcaption><canvas></canvas><p></p></figure>
    <figure class="model xhat"><figcaption></figcaption><canvas></canvas><p></p></figure>
    <figure class="q spread"><figcaption></figcaption><svg></svg><p></p></figure>
    <figure class="data b"><figcaption></figcaption><canvas></canvas><p></p></figure>
    <figure class="error residual"><figcaption></figcaption><canvas></canvas><p></p></figure>
    <figure class="plain blend"><figcaption></figcaption><canvas></canvas><p></p></figure>
    <div class="refused" role="status" hidden><p></p><button type="button"></button></div>
  </div>
  <div class="strip"></div>
  <div class="bar path">
    <button type="button" class="play"></button><label></label><input type="range" min="0" max="1" step="0.01"><output></output>
  </div>
  <div class="bar epochs">
    <button type="button" class="play"></button><button type="button" class="back"></button><button type="button" class="step"></button>
    <label></label><input type="range" min="0" step="1"><output></output>
    <span class="draws"><button type="button" class="draw-q"></button><button type="button" class="draw-p"></button><button type="button" class="reset"></button></span>
  </div>
  <div class="equation"></div>
</div>`;

// The part of the stage to which each of them belongs (parts.js); what lies over the map has its own.
const PARTS = {
  ".base": "dots", ".numerals": "dots", ".handle.z": "z", ".handle.a": "x", ".handle.b": "x", ".own": "x", ".x": "x", "figure.b": "x",
  ".xhat": "xhat", ".strip": "xhat", ".spread": "q", ".residual": "error", ".blend": "blend",
};
