// Does one exact operation a line of stdin and prints its result: for the comparison with another
// implementation of decimal arithmetic. `OPERATION A B C SCALE MODE`, with - for what is not used.
#include <algorithm>
#include <array>
#include <iostream>
#include <sstream>
#include <string>

#include "book/exact/decimal.hpp"

namespace tickweir::book::exact {
namespace {

constexpr std::array<std::string_view, 8> modes{"HALF_EVEN", "HALF_UP", "HALF_DOWN", "UP",
                                                "DOWN",      "CEILING", "FLOOR",     "05UP"};

std::string shown(const Checked<Decimal>& result) {
    return result.ok() ? to_fixed_text(result.value) : std::string{to_string(result.error)};
}

std::string answer(std::istringstream line) {
    std::string operation;
    std::string texts[3];
    std::string scale_text;
    std::string mode_text;
    line >> operation >> texts[0] >> texts[1] >> texts[2] >> scale_text >> mode_text;
    Decimal numbers[3];
    for (std::size_t i = 0; i < 3; ++i) {
        if (texts[i] == "-") continue;
        const ParsedNumber parsed = parse_number(texts[i], {.exponent = operation == "parse"});
        if (!parsed.ok()) return std::string{to_string(parsed.status)};
        numbers[i] = parsed.value;
    }
    const auto& [a, b, c] = numbers;
    const unsigned scale = scale_text == "-" ? 0 : static_cast<unsigned>(std::stoul(scale_text));
    const auto mode = static_cast<Rounding>(std::ranges::find(modes, mode_text) - modes.begin());
    if (operation == "parse") return to_fixed_text(a) + ' ' + to_text(a);
    if (operation == "add") return shown(add(a, b));
    if (operation == "subtract") return shown(subtract(a, b));
    if (operation == "multiply") return shown(multiply(a, b));
    if (operation == "multiply_rounded") return shown(multiply(a, b, scale, mode));
    if (operation == "divide") return shown(divide(a, b, scale, mode));
    if (operation == "multiply_divide") return shown(multiply_divide(a, b, c, scale, mode));
    if (operation == "quantize") return shown(quantize(a, scale, mode));
    if (operation == "compare") return a < b ? "-1" : a == b ? "0" : "1";
    return "unknown operation " + operation;
}

}  // namespace
}  // namespace tickweir::book::exact

int main() {
    for (std::string line; std::getline(std::cin, line);)
        std::cout << tickweir::book::exact::answer(std::istringstream{line}) << '\n';
}
