"""Bot stage: what no report states but its figures give: sums, differences, ratios, shares, averages, comparisons."""
