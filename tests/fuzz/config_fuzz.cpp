// Any text as a configuration: it gives a configuration or errors, never both; no error goes on
// without end; and what is taken is the same when it is printed and read again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "book/ensure.hpp"
#include "gateway/config/parse_config.hpp"
#include "gateway/config/print_config.hpp"

using tickweir::book::ensure;
using namespace tickweir::gateway;

namespace {

constexpr std::size_t error_bytes_max = 4'096;

void check_errors(const ParsedConfig& parsed) {
    ensure(parsed.ok() == parsed.errors.empty());
    ensure(parsed.errors.size() <= config_errors_max + 1);
    for (const ConfigError& error : parsed.errors) {
        const std::string text = to_string(error);
        ensure(!error.reason.empty() && text.size() <= error_bytes_max);
        ensure(text.find('\n') == text.npos);
    }
}

void check_again(const Config& config) {
    Config shown = config;
    shown.http.api_keys.clear();  // Literal ones are masked, and the mask is refused.
    const auto again = parse_config(print_config(shown), "printed");
    ensure(again.ok() && *again.config == shown);
    const Reload reload = plan_reload(config, parse_config(print_config(shown), "printed"));
    ensure(reload.ok());
}

}  // namespace

// The lines behind a line of three dashes are options.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    const std::string_view all{reinterpret_cast<const char*>(data), length};
    constexpr std::string_view divider = "\n---\n";
    const std::size_t end = std::min(all.find(divider), all.size());
    std::vector<std::string> options;
    for (std::size_t at = end + divider.size(); at < all.size();) {
        const std::size_t line_end = std::min(all.find('\n', at), all.size());
        options.emplace_back(all.substr(at, line_end - at));
        at = line_end + 1;
    }
    const auto parsed = parse_config(all.substr(0, end), "fuzz", options);
    check_errors(parsed);
    if (parsed.ok()) check_again(*parsed.config);
    return 0;
}
