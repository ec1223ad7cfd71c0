import Hls from "hls.js";
import workerPath from "hls.js/dist/hls.worker.js";
import "media-chrome";
console.log(Hls, workerPath);
