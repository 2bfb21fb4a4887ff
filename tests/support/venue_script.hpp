// Scripts for a venue, for readers who know markets: a line is a command or a question and, behind
// arrows, what the venue answers. The venue and its naive twin both have to answer so.
//
//     A1 sell 10 @ 10.00 as s1
//     A2 buy 4 @ 10.00 as b1
//         -> b1 accepted; s1 makes 4 @ 10.00, 6 left; b1 takes 4 @ 10.00, 0 left
//     asks -> 10.00 x 6 (1)
//
// The world: accounts A1 to A4 with 1,000,000 of everything each, A0, which gets the fees, with
// nothing; a session for each, of which S0 is the operator; instruments ACME (meant where none is
// named) and GLOBEX in USD, prices with two decimals, whole quantities, no limits, no fees. `set`
// lines in front change that. A command without an arrow must not be refused. Time stands still
// but for `at 5s`.
#pragma once

#include <source_location>
#include <string_view>

namespace tickweir::tests {

/// Runs a script on both. A failure names the line, what was expected and what was said.
void check(std::string_view script, std::source_location where = std::source_location::current());

}  // namespace tickweir::tests
