// How a venue is set up: what is traded by whom at which cost and within which limits. Fixed for
// the venue's life; amounts in units of 10^-18, rates in millionths.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "book/book_set.hpp"
#include "book/exact/rounding.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

struct AssetSettings {
    std::string name;
    /// Fees are rounded to so many; at least price + quantity decimals of what is quoted in it.
    unsigned decimals = 18;
};

struct InstrumentSettings {
    std::string symbol;
    AssetId base{};
    AssetId quote{};
    unsigned price_decimals = 2;  ///< with quantity_decimals at most 18
    unsigned quantity_decimals = 0;
    Price tick{1};
    Quantity lot{1};
    Price reference;                      ///< before the first trade; 0: none
    std::uint32_t collar_millionths = 0;  ///< how far from the reference a price may be; 0: any
    std::uint32_t band_millionths = 0;  ///< beyond that from the band's reference: a pause; 0: none
    std::chrono::nanoseconds band_window{std::chrono::minutes{5}};  ///< age of that reference
    std::chrono::nanoseconds pause{std::chrono::minutes{5}};
    Quantity quantity_max;  ///< of an order; 0: any
    Int128 notional_max = 0;
};

struct AccountSettings {
    std::string name;
    std::uint32_t orders_max = 100'000;  ///< open at one time
    Int128 notional_max = 0;             ///< of an order; 0: any
};

/// How far below zero what an account has of an asset may go; others: not at all.
struct ShortLimit {
    AccountId account{};
    AssetId asset{};
    Int128 amount = 0;
};

/// Position and open orders of one side together stay within; others: any.
struct PositionLimit {
    AccountId account{};
    InstrumentId instrument{};
    Quantity quantity;
};

struct SessionSettings {
    std::string name;
    std::uint32_t orders_max = 100'000;
};

struct FeeSettings {
    std::int32_t maker_millionths = 0;  ///< below zero: a rebate; at most 5 % either way
    std::int32_t taker_millionths = 0;
    AccountId account{};  ///< gets the fees and pays the rebates, whatever it has
    book::exact::Rounding rounding = book::exact::Rounding::half_even;
};

struct VenueLimits {
    std::size_t orders = std::size_t{5} << 20;  ///< open at one time, stops among them
    std::size_t window = std::size_t{1} << 20;
    std::size_t balances = std::size_t{1} << 20;    ///< pairs of account and asset
    std::size_t positions = std::size_t{1} << 20;   ///< pairs of account and instrument
    std::size_t client_ids = std::size_t{1} << 24;  ///< of a day
    std::size_t trades = std::size_t{1} << 22;      ///< that can be busted: the newest
    std::uint32_t effects = 256;                    ///< fills or cancels of one command
    std::uint64_t seed = 0x9e3779b97f4a7c15;        ///< of hashes of what clients choose
};

struct VenueSettings {
    std::uint16_t log_number = 1;  ///< upper part of every OrderID
    std::uint8_t shard = 0;        ///< of venues that share their accounts: next part of it
    std::vector<AssetSettings> assets;
    std::vector<InstrumentSettings> instruments;
    std::vector<AccountSettings> accounts;
    std::vector<SessionSettings> sessions;  ///< the first one is the operator
    std::vector<ShortLimit> short_limits;
    std::vector<PositionLimit> position_limits;
    FeeSettings fees;
    VenueLimits limits;
};

/// What is wrong with the settings, or an empty text.
std::string fault_of(const VenueSettings& settings);

}  // namespace tickweir::txn
