// Reads lines of venue scripts: settings and commands. A line that makes no sense throws
// std::invalid_argument and says why: scripts are written by us.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "txn/venue/command.hpp"
#include "txn/venue/settings.hpp"

namespace tickweir::tests {

/// The words of a line, taken from the front.
class Words {
public:
    explicit Words(std::string_view line);

    bool empty() const { return words_.empty(); }
    /// Empty behind the last one.
    std::string peek() const { return empty() ? "" : words_.front(); }
    std::string take();
    /// Takes the next word if it is this one.
    bool take_if(std::string_view word);
    /// Takes the next word if it is the letter and a number: "A12".
    std::optional<std::uint32_t> take_number_of(char letter);
    std::uint64_t number();

private:
    std::deque<std::string> words_;
};

class VenueScriptParser {
public:
    /// Refers to the settings.
    explicit VenueScriptParser(const txn::VenueSettings& settings) : settings_{settings} {}

    /// Words behind who says it, which `envelope` tells already.
    txn::CommandBody body(Words& words, std::optional<txn::AccountId> account) const;

    static txn::TimeNs time(const std::string& text);
    static txn::Int128 scaled(const std::string& text, unsigned decimals);
    txn::InstrumentId instrument(const std::string& name) const;
    txn::AssetId asset(const std::string& name) const;
    txn::Price price(txn::InstrumentId instrument, const std::string& text) const;
    txn::Quantity quantity(txn::InstrumentId instrument, const std::string& text) const;

private:
    txn::NewOrder new_order(Words& words, txn::AccountId account, txn::Side side) const;
    bool order_word(Words& words, txn::NewOrder& order, bool& has_type) const;
    txn::CancelOrder cancel(Words& words) const;
    txn::ReplaceOrder replace(Words& words) const;
    txn::MassCancel mass_cancel(Words& words) const;
    template <class Request>
    void target(Words& words, Request& request) const;
    std::optional<txn::CommandBody> money(Words& words) const;

    const txn::VenueSettings& settings_;
};

/// Applies a line of settings, its first word `set` taken.
void apply_setting(Words& words, txn::VenueSettings& settings);

}  // namespace tickweir::tests
