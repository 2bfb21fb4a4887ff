// A small venue as order entry knows it, messages of its clients read, and bodies shown with `|`.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "codecs/fix/message.hpp"
#include "gateway/fix/orders/order_directory.hpp"
#include "gateway/fix/orders/order_reader.hpp"
#include "gateway/fix/orders/report_writer.hpp"
#include "tests/fix/fix_text.hpp"

namespace tickweir::tests {

namespace orders = gateway::fix::orders;
using gateway::fix::SessionId;
namespace shield = gateway::shield;

/// ACME in cents and whole shares, BTC-USD with eight decimals of quantity; accounts A0 to A2;
/// CLIENT1 has A1, CLIENT2 has A1 and A2, CLIENT3 is gone from the configuration.
inline txn::VenueSettings orders_venue() {
    txn::VenueSettings venue;
    venue.log_number = 7;
    venue.assets = {{"USD", 18}, {"ACME", 18}, {"BTC", 18}};
    txn::InstrumentSettings acme;
    acme.symbol = "ACME";
    acme.base = txn::AssetId{1};
    acme.reference = txn::Price{10'000};
    txn::InstrumentSettings coin;
    coin.symbol = "BTC-USD";
    coin.base = txn::AssetId{2};
    coin.quantity_decimals = 8;
    venue.instruments = {acme, coin};
    venue.accounts = {{"A0"}, {"A1"}, {"A2"}};
    venue.sessions = {{"operator"}, {"CLIENT3"}, {"CLIENT1"}, {"CLIENT2"}};
    return venue;
}

inline orders::DirectorySettings orders_settings() {
    orders::DirectorySettings settings;
    settings.sessions = {{"CLIENT1", {"A1"}, {}}, {"CLIENT2", {"A1", "A2"}, {}}};
    return settings;
}

inline const txn::InstrumentId acme{0};
inline const txn::InstrumentId coin{1};
inline const SessionId client1{0};
inline const SessionId client2{1};

struct OrdersBed {
    explicit OrdersBed(orders::DirectorySettings settings = orders_settings())
        : directory{orders_venue(), std::move(settings)} {}

    /// A message whose body is written with `|`; its number is 5.
    const orders::OrderFault* read(const std::string& type, const std::string& body,
                                   SessionId session = client1) {
        text = framed("35=" + type + "|49=C|56=TICKWEIR|34=5|52=20260102-10:00:00.000|" + body);
        EXPECT_EQ(message.read(text).status, codecs::fix::FrameStatus::whole);
        return reader.read(message, session);
    }

    /// `BY REASON TAG TEXT` of what is wrong; empty where nothing is.
    std::string fault(const std::string& type, const std::string& body,
                      SessionId session = client1) {
        const orders::OrderFault* const wrong = read(type, body, session);
        if (wrong == nullptr) return {};
        constexpr std::string_view words[] = {"3", "j", "8", "9", "r"};
        return std::string{words[static_cast<std::size_t>(wrong->by)]} + ' ' +
               std::to_string(wrong->reason) + ' ' + std::to_string(wrong->tag) + ' ' +
               std::string{wrong->text.view()};
    }

    template <class Body>
    const Body& body() const {
        return std::get<Body>(reader.body());
    }

    orders::OrderDirectory directory;
    orders::OrderReader reader{directory};
    orders::ReportWriter writer{directory};
    codecs::fix::Message message;
    std::string text;
};

inline std::string shown(const orders::Report& report) {
    return std::string{report.msg_type} + ": " + with_bars(report.body);
}

inline const std::string good_new = "11=N1|55=ACME|54=1|60=20260102-10:00:00|38=10|40=2|44=1.50|";
inline const std::string good_replace =
    "11=N2|41=N1|55=ACME|54=1|60=20260102-10:00:00|38=10|40=2|44=1.50|";
inline const std::string good_cancel = "11=N3|41=N1|55=ACME|54=1|60=20260102-10:00:00|";

/// `text` with `before` replaced; it is there.
inline std::string with(std::string text, const std::string& before, const std::string& after) {
    const std::size_t at = text.find(before);
    EXPECT_NE(at, text.npos) << before;
    return at == text.npos ? text : text.replace(at, before.size(), after);
}

}  // namespace tickweir::tests
