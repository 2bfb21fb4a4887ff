// What the venue answers to questions about accounts, as HTTP has it: the JSON of an account, and
// the status of an answer that is none.
#pragma once

#include <cstdint>
#include <string>

#include "book/exact/decimal.hpp"
#include "gateway/json_writer.hpp"
#include "gateway/serve/http_message.hpp"
#include "gateway/venue/account_view.hpp"
#include "gateway/venue/control_words.hpp"

namespace tickweir::gateway {

/// The exact number as a string, without trailing zeros.
void write_decimal(JsonWriter& json, const book::exact::Decimal& number);

/// `{"asset", "total", "held", "available"}`.
void write_balance(JsonWriter& json, const AccountBalance& balance);

/// The document of `/v1/accounts/{account}`. OrderIDs are strings: they have 64 bits.
std::string account_json(const AccountView& view);

/// The document of `/v1/accounts/{account}/balances/{asset}`: a balance, and the `lsn` up to which
/// everything is in it.
std::string balance_json(const AccountBalance& balance, txn::log::Lsn lsn);

/// 200, 400, 404, 409 or 503.
std::uint16_t http_status(control::Status status);

/// Of anything but `done`: the status, and the answer's own text as the reason.
HttpResponse refused_answer(const control::Answer& answer);

}  // namespace tickweir::gateway
