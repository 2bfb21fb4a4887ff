// Commands and events of a venue as text that reads like a market: for scripts, and for failures
// that tell. Names: accounts A0.., sessions S0.. (S0 is the operator), orders by their ClOrdID or
// #number, instruments and assets by their settings.
#pragma once

#include <string>
#include <string_view>

#include "txn/venue/command.hpp"
#include "txn/venue/event.hpp"
#include "txn/venue/settings.hpp"

namespace tickweir::tests {

std::string name_of(txn::Refusal refusal);
std::string name_of(txn::CancelReason reason);
std::string name_of(txn::MarketState state);
std::string name_of(txn::EventKind kind);

/// Writes names and scales by the settings of one venue, which it refers to.
class VenueText {
public:
    explicit VenueText(const txn::VenueSettings& settings) : settings_{settings} {}

    std::string price(txn::InstrumentId instrument, txn::Price price) const;
    std::string quantity(txn::InstrumentId instrument, txn::Quantity quantity) const;
    std::string instrument(txn::InstrumentId id) const;
    std::string asset(txn::AssetId id) const;
    /// Of units of 10^-18.
    static std::string amount(txn::Int128 amount);
    /// Seconds since the epoch.
    static std::string seconds(txn::TimeNs time);

    /// What a reader of the market wants to know of it.
    std::string brief(const txn::Event& event) const;
    /// Every field that is not as it is by default.
    std::string whole(const txn::Event& event) const;
    /// What is not as in small_venue(), as lines of a script.
    std::string settings() const;
    /// As a line of a script; its time stands before it, on a line of its own.
    std::string command(const txn::Command& command) const;

private:
    std::string order_name(const txn::OrderView& view) const;

    const txn::VenueSettings& settings_;
};

/// A number without an exponent or trailing zeros: `coefficient` * 10^-`decimals`.
std::string number_text(txn::Int128 coefficient, unsigned decimals);

}  // namespace tickweir::tests
