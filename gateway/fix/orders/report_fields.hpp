// Fields of reports, as all of them write them: orders, sums, fills, texts. Every value that comes
// from elsewhere has been looked at before, so that nothing is refused for want of room.
#pragma once

#include <string_view>

#include "codecs/fix/field_writer.hpp"
#include "gateway/fix/orders/order_directory.hpp"
#include "txn/venue/event.hpp"

namespace tickweir::gateway::fix::orders {

using Fields = codecs::fix::FieldWriter;

inline constexpr std::size_t text_bytes_max = 256;  ///< of 58

/// A text that may be empty, and then is left out; one with a SOH is a question mark.
void put_text(Fields& out, codecs::fix::Tag tag, std::string_view text);
void put_id(Fields& out, codecs::fix::Tag tag, const txn::ClientOrderId& id);
/// 37, NONE where there is none.
void put_order_id(Fields& out, txn::OrderId order);
void put_price(Fields& out, codecs::fix::Tag tag, txn::Price price, unsigned decimals);
void put_quantity(Fields& out, codecs::fix::Tag tag, txn::Quantity quantity, unsigned decimals);
/// 60, in milliseconds, as FIX 4.4 has them.
void put_transact_time(Fields& out, book::TimeNs time);

/// What an order is: 1, 55, 207, 54, 38, 40, 44, 99, 59, 126, 18, 111.
void put_order(Fields& out, const OrderDirectory& directory, const txn::OrderView& order);
/// 151, 14 and 6: the average price half-even at the price's decimals + 4 (18 at most).
void put_sums(Fields& out, const OrderDirectory& directory, const txn::OrderView& order);
/// The same of an order that never was.
void put_no_sums(Fields& out);
/// 32, 31, 527, 851 and, where there is a fee, 136 to 139.
void put_fill(Fields& out, const OrderDirectory& directory, const txn::OrderView& order,
              const txn::FillView& fill);
/// 453 to 452: whose order it is; and 797=Y.
void put_owner(Fields& out, std::string_view session);

}  // namespace tickweir::gateway::fix::orders
