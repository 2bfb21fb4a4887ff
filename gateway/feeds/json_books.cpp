#include "gateway/feeds/json_books.hpp"

#include <algorithm>

namespace tickweir::gateway {

JsonBooks::JsonBooks(const JsonBooksOptions& options)
    : options_{options},
      rules_{rules_of(options.venue)},
      decoder_{options.venue, options.limits.frame},
      join_room_{options.limits.join_bytes_together, 0, options.budget},
      rows_{2 * std::size_t{options.limits.levels}} {}

void JsonBooks::on_connected(std::uint32_t connection) {
    if (connection_fits(connection)) sequences_[connection].restart();
}

std::optional<std::uint32_t> JsonBooks::find(std::string_view symbol) const {
    // Venues' frames come in runs of one instrument.
    if (last_found_ < instruments_.size() && instruments_[last_found_].symbol == symbol)
        return last_found_;
    const auto found = instruments_.find(symbol);
    if (found) last_found_ = *found;
    return found;
}

bool JsonBooks::connection_fits(std::uint32_t connection) {
    if (connection < sequences_.size()) [[likely]]
        return true;
    if (connection >= options_.limits.connections) {
        ++counts_.over_limit;
        return false;
    }
    sequences_.resize(std::size_t{connection} + 1);
    return true;
}

void JsonBooks::count(codecs::json::FrameStatus status) {
    ++counts_.by_status[static_cast<std::size_t>(status)];
}

codecs::json::FrameStatus JsonBooks::refuse_number(std::uint32_t connection) {
    using codecs::json::FrameStatus;
    refusal_ = {{FrameStatus::bad_number, "of its instrument's scale", 0}, connection};
    return FrameStatus::bad_number;
}

}  // namespace tickweir::gateway
