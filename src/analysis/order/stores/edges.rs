//! Steps from store to store, grouped by where they begin, in two flat lists.

pub(super) struct Edges {
    begins: Vec<u32>,
    targets: Vec<u32>,
}

impl Edges {
    pub(super) fn of(nodes: usize, edges: &[(u32, u32)]) -> Self {
        let mut begins = vec![0u32; nodes + 1];
        for (from, _) in edges {
            begins[*from as usize + 1] += 1;
        }
        for node in 0..nodes {
            begins[node + 1] += begins[node];
        }
        let mut next = begins.clone();
        let mut targets = vec![0; edges.len()];
        for (from, to) in edges {
            let slot = &mut next[*from as usize];
            targets[*slot as usize] = *to;
            *slot += 1;
        }
        Edges { begins, targets }
    }

    /// Where the steps from this node lead.
    pub(super) fn from(&self, node: u32) -> std::slice::Iter<'_, u32> {
        let range = self.begins[node as usize] as usize..self.begins[node as usize + 1] as usize;
        self.targets[range].iter()
    }
}
