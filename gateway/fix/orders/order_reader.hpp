// Order entry's messages read: D, F, G, q as commands of the venue, H and AF as queries, or which
// answer refuses them. Looks at the message and the directory only: whether an order exists, what a
// session may do and how busy the venue is are others' business. Allocates nothing.
#pragma once

#include <optional>
#include <string_view>

#include "codecs/fix/message.hpp"
#include "gateway/fix/orders/order_directory.hpp"
#include "gateway/fix/orders/order_fields.hpp"
#include "gateway/fix/orders/order_request.hpp"

namespace tickweir::gateway::fix::orders {

/// Reused for each message; what it answers is of the last one. One thread.
class OrderReader {
public:
    /// Longer ids of queries (584, 790) are refused.
    static constexpr std::size_t query_id_bytes_max = 64;

    /// `directory` outlives it.
    explicit OrderReader(const OrderDirectory& directory) : directory_{directory} {}

    /// The message, of a type that request_kind_of knows, is a good request of the session, or
    /// else why it is not, until the next call. Linear in the message.
    [[nodiscard]] const OrderFault* read(const codecs::fix::Message& message, SessionId session);

    const RequestHead& head() const { return head_; }
    /// Of a good D, F, G or q.
    const txn::CommandBody& body() const { return body_; }
    /// Of a good G.
    const ReplaceTerms& terms() const { return terms_; }

private:
    bool read_head();
    bool read_body(const SessionEntry& session);
    bool read_flag(Slot slot, bool& flag);
    bool read_ids();
    bool read_client_id(Slot slot, txn::ClientOrderId& id, bool required);
    bool read_query_id(Slot slot, bool required);
    bool read_time();
    bool read_side();
    bool read_instrument(bool required);
    bool read_account(const SessionEntry& session);

    // order_reader_kinds.cpp
    bool read_cancel();
    bool read_mass_cancel(const SessionEntry& session);
    bool read_mass_status(const SessionEntry& session);
    bool read_scope(Slot slot);

    // order_reader_terms.cpp: what an order is to be
    bool read_new(const SessionEntry& session);
    bool read_replace(const SessionEntry& session);
    bool read_type(txn::OrderType& type);
    bool read_time_in_force(std::optional<txn::TimeInForce>& time_in_force);
    bool check_meaning();
    bool read_instructions(bool& post_only);
    bool read_self_trade(txn::SelfTrade& self_trade);
    bool read_amounts(std::optional<txn::Price>& price, std::optional<txn::Price>& stop_price,
                      std::optional<txn::Quantity>& quantity,
                      std::optional<txn::Quantity>& display);
    bool read_scaled(Slot slot, unsigned decimals, unsigned reason, std::int64_t& number);
    bool read_price(Slot slot, std::optional<txn::Price>& price);
    bool read_quantity(Slot slot, std::optional<txn::Quantity>& quantity);
    bool read_display(std::optional<txn::Quantity>& display);
    bool check_prices(txn::OrderType type, const std::optional<txn::Price>& price,
                      const std::optional<txn::Price>& stop_price, bool stop_needed);
    bool read_expiry(std::optional<txn::TimeNs>& expiry);
    bool check_expiry(txn::TimeInForce time_in_force, const std::optional<txn::TimeNs>& expiry);

    // Each notes the fault; those with an answer say false.
    OrderFault& refuse(RefusedBy by, unsigned reason, codecs::fix::Tag tag);
    OrderFault& refuse_order(unsigned reason, codecs::fix::Tag tag);
    bool refuse_order(unsigned reason, Slot slot, std::string_view why);
    bool refuse_field(Slot slot, codecs::fix::FieldStatus status);
    bool refuse_value(Slot slot, std::string_view why);

    const OrderDirectory& directory_;
    const InstrumentEntry* instrument_ = nullptr;
    OrderFields fields_;
    RequestHead head_;
    txn::CommandBody body_;
    ReplaceTerms terms_;
    OrderFault fault_;
};

}  // namespace tickweir::gateway::fix::orders
