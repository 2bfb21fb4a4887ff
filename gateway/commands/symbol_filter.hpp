// Which instruments a command shows.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace tickweir::gateway {

/// The instruments of a list, or all of them where it is empty. Immutable.
class SymbolFilter {
public:
    explicit SymbolFilter(std::vector<std::string> symbols = {}) : symbols_{std::move(symbols)} {
        std::ranges::sort(symbols_);
    }

    bool all() const { return symbols_.empty(); }
    bool shows(std::string_view symbol) const {
        return all() || std::ranges::binary_search(symbols_, symbol, std::less<>{});
    }

private:
    std::vector<std::string> symbols_;
};

}  // namespace tickweir::gateway
