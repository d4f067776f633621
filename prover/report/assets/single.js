// The page of one search.
mountTree(document.getElementById("tree"), readData("graph"));
for (const block of document.querySelectorAll("pre[data-copy]")) block.prepend(copyButton(block.textContent));
