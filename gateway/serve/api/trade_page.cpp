#include "gateway/serve/api/trade_page.hpp"

#include <algorithm>

#include "gateway/serve/api/answers.hpp"

namespace tickweir::gateway {
namespace {

bool within(const store::Trade& trade, const TradeRange& range) {
    if (const auto& from = range.from) {
        if (from->time_ns && trade.times.exchange_ns < *from->time_ns) return false;
        if (from->number && trade.index < *from->number) return false;
    }
    if (const auto& to = range.to) {
        if (to->time_ns && trade.times.exchange_ns > *to->time_ns) return false;
        if (to->number && trade.index > *to->number) return false;
    }
    return true;
}

}  // namespace

std::optional<TradeBound> parse_trade_bound(std::string_view text) {
    TradeBound bound;
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (colon != 0 || text.empty()) {
        const auto time = parse_digits(text.substr(0, colon));
        if (!time) return std::nullopt;
        bound.time_ns = static_cast<std::int64_t>(*time);
    }
    if (colon < text.size()) {
        bound.number = parse_digits(text.substr(colon + 1));
        if (!bound.number) return std::nullopt;
    }
    return bound;
}

std::string to_text(const TradeBound& bound) {
    std::string text;
    if (bound.time_ns) text += std::to_string(*bound.time_ns);
    if (bound.number) text += ':' + std::to_string(*bound.number);
    return text;
}

TradePage select_trades(std::span<store::Trade> kept, const TradeRange& range) {
    const auto outside = [&](const store::Trade& trade) { return !within(trade, range); };
    const auto rest = std::ranges::remove_if(kept, outside);
    const std::span<const store::Trade> all = kept.first(kept.size() - rest.size());
    if (all.size() <= range.limit) return {all, std::nullopt};
    if (range.from)
        return {all.first(range.limit), {{range.from->time_ns, all[range.limit].index}}};
    const std::size_t cut = all.size() - range.limit;
    const auto time = range.to ? range.to->time_ns : std::nullopt;
    return {all.subspan(cut), {{time, all[cut - 1].index}}};
}

}  // namespace tickweir::gateway
