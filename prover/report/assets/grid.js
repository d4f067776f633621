// The page of a grid.
mountCurves(document.getElementById("charts"), []);
